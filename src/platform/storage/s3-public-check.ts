/**
 * What a stranger gets who asks for a bucket's listing. A bucket that lists itself to anybody shows how much is sent and when.
 * @param endpoint as people reach the store
 * @returns the status a request without any signature got, and how far the store's clock is off this machine's, ms
 */
export async function askAsStranger(endpoint: string, bucket: string): Promise<{ status: number; clockOffMs: number | undefined }> {
  const url = new URL(endpoint);
  url.pathname = `${url.pathname.replace(/\/$/, '')}/${bucket}`;
  url.search = '?list-type=2&max-keys=1';
  const answer = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(5000) });
  await answer.body?.cancel();
  const date = Date.parse(answer.headers.get('date') ?? '');
  return { status: answer.status, clockOffMs: Number.isNaN(date) ? undefined : date - Date.now() };
}

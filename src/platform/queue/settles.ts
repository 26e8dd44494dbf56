/** How a promise stands after at most `ms`; its own outcome is never thrown, and where it is late nobody hears of it. */
export async function settles(work: Promise<unknown>, ms: number): Promise<'resolved' | 'rejected' | 'late'> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), ms);
  });
  const outcome = work.then(
    () => 'resolved' as const,
    () => 'rejected' as const,
  );
  try {
    return await Promise.race([outcome, late]);
  } finally {
    clearTimeout(timer);
  }
}

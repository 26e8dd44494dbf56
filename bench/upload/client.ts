import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { FILE, type Load } from './load.js';

/** The phones, in a process of their own: as many at once as there are cores and more. */
const AT_ONCE = 6;
const whole = new Uint8Array(randomBytes(FILE.bytes));

interface Body {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly sha256: string;
}

process.on('message', (load: Load) => {
  upload(load).then(
    () => process.send?.({ done: load.uploads }),
    (error: unknown) => process.send?.({ error: error instanceof Error ? error.stack : String(error) }),
  );
});
process.once('disconnect', () => process.exit(0));

async function upload(load: Load): Promise<void> {
  const bytes = whole.slice(0, load.bytes);
  const body = { bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
  let left = load.uploads;
  const phone = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await ('proxy' in load ? put(load.proxy, 'PUT', { 'x-sha256': body.sha256 }, body) : throughTicket(load, body));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, phone));
}

async function throughTicket({ api, token }: { api: string; token: string }, file: Body): Promise<void> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'idempotency-key': randomUUID() };
  const body = JSON.stringify({
    ...FILE,
    bytes: file.bytes.length,
    sha256: file.sha256,
    encryption: 'aes128gcm',
    key: randomBytes(16).toString('base64url'),
  });
  const ticket = (await json(fetch(`${api}/v1/uploads`, { method: 'POST', headers, body }))) as {
    id: string;
    put: { url: string; method: string; headers: Record<string, string> };
  };
  await put(ticket.put.url, ticket.put.method, ticket.put.headers, file);
  await json(fetch(`${api}/v1/uploads/${ticket.id}/complete`, { method: 'POST', headers: { authorization: headers.authorization } }));
}

async function put(url: string, method: string, headers: Record<string, string>, file: Body): Promise<void> {
  const answer = await fetch(url, { method, headers, body: file.bytes });
  if (!answer.ok) throw new Error(`PUT: ${answer.status} ${await answer.text()}`);
}

async function json(asked: Promise<Response>): Promise<unknown> {
  const answer = await asked;
  if (!answer.ok) throw new Error(`${answer.url}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

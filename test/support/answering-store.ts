import { createServer } from 'node:http';
import { freePort } from './free-port.js';

/**
 * A store that says one thing of its buckets and nothing else: the S3 server of the tests knows no versions, locks or replicas, so
 * that nothing but its answer can be planted.
 */
export async function answeringStore(
  question: string,
  answer: string,
  offSeconds = 0,
): Promise<{ environment: Record<string, string>; close(): void }> {
  const server = createServer((request, response) => {
    const isAsked = request.url?.includes(question) === true;
    if (offSeconds !== 0) response.setHeader('date', new Date(Date.now() + offSeconds * 1000).toUTCString());
    response.writeHead(request.method === 'HEAD' || isAsked ? 200 : 404, { 'content-type': 'application/xml' });
    response.end(isAsked ? answer : '<Error><Code>NotImplemented</Code></Error>');
  });
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const environment = { S3_ENDPOINT: `http://127.0.0.1:${port}`, S3_ACCESS_KEY_ID: 'a', S3_SECRET_ACCESS_KEY: 'b' };
  return { environment, close: () => server.close().closeAllConnections() };
}

import { Agent, request } from 'node:http';

/** Tries passwords of nobody on sixteen connections, each as soon as the last was answered, from `runs: true` to `runs: false`. */
const CONNECTIONS = 16;

const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
let isRunning = false;
let answered = 0;

process.on('message', ({ port, runs }: { port: number; runs: boolean }) => {
  if (runs && !isRunning) {
    isRunning = true;
    for (let n = 0; n < CONNECTIONS; n += 1) void guess(port, n);
    // Once some were answered, the hashing is under way.
    const ready = setInterval(() => {
      if (answered < 4) return;
      clearInterval(ready);
      process.send?.({ done: true });
    }, 10);
    return;
  }
  isRunning = runs;
  process.send?.({ done: true });
});
process.once('disconnect', () => process.exit(0));

async function guess(port: number, n: number): Promise<void> {
  const body = JSON.stringify({ handle: `nobody_${n}`, password: 'not the password' });
  while (isRunning) {
    await new Promise<void>((resolve) => {
      const headers = { 'content-type': 'application/json', 'content-length': body.length };
      const call = request({ port, agent, method: 'POST', path: '/v1/sessions', headers }, (answer) =>
        answer.resume().once('end', resolve),
      );
      call.once('error', () => resolve()).end(body);
    });
    answered += 1;
  }
}

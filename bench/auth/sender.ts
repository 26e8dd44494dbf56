import { Agent, request } from 'node:http';
import { performance } from 'node:perf_hooks';

export interface SendOrder {
  readonly port: number;
  readonly token: string;
  readonly recipientId: string;
  readonly sends: number;
}

const agent = new Agent({ keepAlive: true, maxSockets: 1 });
let run = 0;

process.on('message', (order: SendOrder) => {
  run += 1;
  measure(order).then(
    (figure) => process.send?.({ figure }),
    (error: unknown) => process.send?.({ error: String(error) }),
  );
});
process.once('disconnect', () => process.exit(0));

/** @returns the median of the sends, µs */
async function measure(order: SendOrder): Promise<number> {
  const took: number[] = [];
  for (let n = 0; n < order.sends; n += 1) {
    const before = performance.now();
    await send(order, `${process.pid}-${run}-${n}`);
    took.push((performance.now() - before) * 1000);
  }
  return took.sort((a, b) => a - b)[Math.floor(took.length / 2)] ?? NaN;
}

function send({ port, token, recipientId }: SendOrder, key: string): Promise<void> {
  const body = JSON.stringify({ text: 'See you at eight?', to: { user_ids: [recipientId] } });
  return new Promise((resolve, reject) => {
    const call = request(
      {
        port,
        agent,
        method: 'POST',
        path: '/v1/snaps',
        headers: {
          authorization: `Bearer ${token}`,
          'idempotency-key': key,
          'content-type': 'application/json',
          'content-length': body.length,
        },
      },
      (answer) => {
        answer.resume().once('end', () => (answer.statusCode === 201 ? resolve() : reject(new Error(`a send: ${answer.statusCode}`))));
      },
    );
    call.once('error', reject).end(body);
  });
}

import { PhoneSocket } from './phone-socket.js';
import type { Order } from './load.js';

/** The phones, in a process of their own. */
const AT_ONCE = 100;
const SEQ = /"seq":(\d+)/;

let phones: PhoneSocket[] = [];

process.on('message', (order: Order) => {
  obey(order).then(
    () => process.send?.({}),
    (error: unknown) => process.send?.({ error: error instanceof Error ? error.stack : String(error) }),
  );
});
process.once('disconnect', () => process.exit(0));

function obey(order: Order): Promise<void> {
  switch (order.do) {
    case 'connect':
      return connectAll(order.port, typeof order.tokens === 'number' ? Array<undefined>(order.tokens).fill(undefined) : order.tokens);
    case 'take':
      return take(order.bytes);
    case 'answer':
      return answer(order.frames, order.text);
    case 'cut':
      for (const phone of phones) phone.cut();
      phones = [];
      return Promise.resolve();
  }
}

async function connectAll(port: number, tokens: readonly (string | undefined)[]): Promise<void> {
  let next = 0;
  const connectSome = async (): Promise<void> => {
    while (next < tokens.length) {
      const token = tokens[next];
      next += 1;
      phones.push(await PhoneSocket.open(port, token));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, connectSome));
}

function take(bytes: number): Promise<void> {
  let left = bytes;
  return new Promise((resolve) => {
    for (const phone of phones) {
      phone.onBytes = (count) => {
        left -= count;
        if (left === 0) resolve();
      };
    }
  });
}

function answer(frames: number, text: string | undefined): Promise<void> {
  let left = frames * phones.length;
  return new Promise((resolve) => {
    for (const phone of phones) {
      let mine = frames;
      phone.onFrame = (frame) => {
        mine -= 1;
        left -= 1;
        if (text === undefined) phone.send(`{"op":"ack","seq":${SEQ.exec(frame)?.[1]}}`);
        else if (mine > 0) phone.send(text);
        if (left === 0) resolve();
      };
      if (text !== undefined) phone.send(text);
    }
    // A process that sleeps is woken by whoever writes to it, and the slower side would pay for that more often: it never sleeps.
    const stayAwake = (): void => void (left > 0 && setImmediate(stayAwake));
    stayAwake();
  });
}

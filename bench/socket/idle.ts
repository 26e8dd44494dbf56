import { setTimeout as delay } from 'node:timers/promises';
import { serveSide } from '../support/side.js';
import { BenchGateway, startBare, type Running } from './gateway.js';
import { Phones } from './phones.js';

/** BENCH_SIDE: the gateway with identified sockets, or bare `ws`. Figure: bytes of resident memory a socket, after forced GC. */
const SOCKETS = Number(process.env.BENCH_SOCKETS ?? 9500);
const FIRST = Math.floor(SOCKETS / 3);
const IS_GATEWAY = process.env.BENCH_SIDE === 'gateway';

const phones = new Phones();
let running: Running;

serveSide({
  prepare: async () => {
    running = IS_GATEWAY ? await BenchGateway.start() : await startBare((socket) => socket.on('message', () => undefined));
    // What the first ones load, compile, and find free of what the start left behind, is not a socket's.
    await connect(FIRST);
  },
  round: async () => {
    const before = await settled();
    await connect(SOCKETS - FIRST, FIRST);
    const after = await settled();
    return { units: SOCKETS - FIRST, figure: (after - before) / (SOCKETS - FIRST) };
  },
  close: async () => {
    await phones.told({ do: 'cut' });
    await phones.close();
    await running.close();
  },
});

function connect(count: number, from = 0): Promise<void> {
  const tokens = Array.from({ length: count }, (_, n) => `person-${from + n}/device-${from + n}`);
  return phones.told({ do: 'connect', port: running.port, tokens: IS_GATEWAY ? tokens : count });
}

async function settled(): Promise<number> {
  for (let n = 0; n < 4; n += 1) {
    global.gc?.();
    await delay(100);
  }
  return process.memoryUsage.rss();
}

import { setImmediate as turn } from 'node:timers/promises';
import type { WebSocket } from 'ws';
import { eventFrameText, encodeEvent } from '../../src/features/realtime/frame-codec.js';
import { serveSide } from '../support/side.js';
import { eventData } from './event-data.js';
import { BenchGateway, startBare, type Running } from './gateway.js';
import { frameBytes } from './load.js';
import { Phones } from './phones.js';

/**
 * Four hundred sockets, some of them one person's; events one by one, each of one person's. BENCH_SIDE: through the gateway, or the same bytes with
 * `ws.send` to the same sockets. A unit is an event delivered to a socket.
 */
const SOCKETS_EACH = Number(process.env.BENCH_EACH ?? 2);
const PEOPLE = 400 / SOCKETS_EACH;
const EVENTS_EACH = 40;
const IS_GATEWAY = process.env.BENCH_SIDE === 'gateway';
const people = Array.from({ length: PEOPLE }, (_, n) => `person-${n}`);

const phones = new Phones();
const bare: WebSocket[] = [];
let gateway: BenchGateway | undefined;
let running: Running;
let sent = 0;

serveSide({
  prepare: async () => {
    if (IS_GATEWAY) running = gateway = await BenchGateway.start();
    else running = await startBare((socket) => bare.push(socket));
    const tokens = people.flatMap((person) => Array.from({ length: SOCKETS_EACH }, (_, n) => `${person}/device-${n}`));
    await phones.told({ do: 'connect', port: running.port, tokens: IS_GATEWAY ? tokens : tokens.length });
  },
  round: async () => {
    const taken = phones.told({ do: 'take', bytes: bytesOf(sent + 1, sent + EVENTS_EACH) });
    for (let n = 0; n < EVENTS_EACH; n += 1) {
      sent += 1;
      if (gateway) {
        for (const person of people) {
          gateway.happen(person);
          await turn();
        }
      } else await sendBare();
    }
    await taken;
    return { units: PEOPLE * SOCKETS_EACH * EVENTS_EACH };
  },
  close: async () => {
    await phones.told({ do: 'cut' });
    await phones.close();
    await running.close();
  },
});

async function sendBare(): Promise<void> {
  for (let n = 0; n < PEOPLE; n += 1) {
    const text = textOf(sent);
    for (const socket of bare.slice(n * SOCKETS_EACH, (n + 1) * SOCKETS_EACH)) socket.send(text);
    await turn();
  }
}

function textOf(seq: number): string {
  return eventFrameText(encodeEvent({ seq, ...eventData }), seq - 1);
}

function bytesOf(from: number, to: number): number {
  let bytes = 0;
  for (let seq = from; seq <= to; seq += 1) bytes += frameBytes(textOf(seq));
  return bytes * PEOPLE * SOCKETS_EACH;
}

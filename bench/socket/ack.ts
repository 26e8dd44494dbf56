import { eventFrameText, encodeEvent } from '../../src/features/realtime/frame-codec.js';
import { serveSide } from '../support/side.js';
import { eventData } from './event-data.js';
import { BenchGateway, startBare, type Running } from './gateway.js';
import { Phones } from './phones.js';

/** An event out and its ack in, one after the other on each socket. BENCH_SIDE: the gateway, or a bare `ws` echo of the same sizes. */
const PEOPLE = 100;
const EXCHANGES = 100;
const IS_GATEWAY = process.env.BENCH_SIDE === 'gateway';
const people = Array.from({ length: PEOPLE }, (_, n) => `person-${n}`);
const ACK = '{"op":"ack","seq":1000}';

const phones = new Phones();
let gateway: BenchGateway | undefined;
let running: Running;
let upTo = 0;

serveSide({
  prepare: async () => {
    if (IS_GATEWAY) {
      running = gateway = await BenchGateway.start();
      gateway.onAck = (person, seq) => void (seq < upTo && gateway?.happen(person));
    } else {
      running = await startBare((socket) => socket.on('message', () => socket.send(eventFrameText(encoded, 999))));
    }
    const tokens = people.map((person) => `${person}/device`);
    await phones.told({ do: 'connect', port: running.port, tokens: IS_GATEWAY ? tokens : tokens.length });
  },
  round: async () => {
    upTo += EXCHANGES;
    const done = phones.told({ do: 'answer', frames: EXCHANGES, text: IS_GATEWAY ? undefined : ACK });
    if (gateway) for (const person of people) gateway.happen(person);
    await done;
    return { units: PEOPLE * EXCHANGES };
  },
  close: async () => {
    await phones.told({ do: 'cut' });
    await phones.close();
    await running.close();
  },
});

const encoded = encodeEvent({ seq: 1000, ...eventData });

import { setTimeout as delay } from 'node:timers/promises';
import { BenchGateway } from '../../bench/socket/gateway.js';
import { PhoneSocket } from '../../bench/socket/phone-socket.js';
import { RealtimeSettings } from '../../src/features/realtime/realtime.settings.js';
import { liveMemory } from '../support/live-memory.js';
import { until } from '../support/until.js';

const STALLED = 300;
/** 600 bytes each: a hundred times what a socket may have waiting before reading its log pauses. */
const MISSED = 10_000;

/** With the services' suites alone: collecting garbage stops whatever else its process does. */
(process.env.TEST_SERVICES ? describe : describe.skip)('R52: hundreds who do not read', () => {
  let gateway: BenchGateway;

  beforeAll(async () => {
    gateway = await BenchGateway.start({ stalledSeconds: 5 });
  });
  afterAll(() => gateway.close());

  it('cost a bounded buffer each, are closed with 4409, and get everything once when they come back', async () => {
    const person = (n: number) => `person-${n}`;
    const goodbyes: (number | undefined)[] = [];
    gateway.onGoodbye = (code) => goodbyes.push(code);
    const stalled = await Promise.all(Array.from({ length: STALLED }, (_, n) => PhoneSocket.open(gateway.port, `${person(n)}/device`)));
    let ended = 0;
    for (const phone of stalled) {
      phone.onClose = () => (ended += 1);
      phone.stall();
    }
    const reader = await PhoneSocket.open(gateway.port, 'reader/device');
    let lastAtReader = 0;
    reader.onFrame = (text) => (lastAtReader = (JSON.parse(text) as { seq?: number }).seq ?? lastAtReader);
    const before = liveMemory();
    let most = 0;
    for (let event = 0; event < MISSED; event += 100) {
      for (let n = 0; n < STALLED; n += 1) for (let k = 0; k < 100; k += 1) gateway.happen(person(n));
      gateway.happen('reader');
      // Collecting takes its time: often enough to see a buffer that grows with what is missed.
      if (event % 1000 === 0) most = Math.max(most, liveMemory() - before);
      await delay(10); // As sends come: not faster than a process could read its log.
    }
    most = Math.max(most, liveMemory() - before);
    // Without a bound it would be STALLED × MISSED × 600 bytes: 1.8 GB.
    expect(most).toBeLessThan(STALLED * new RealtimeSettings().maxBufferedBytes);
    // Whoever reads is not held up by those who do not.
    await until('what is new', () => Promise.resolve(lastAtReader === MISSED / 100));
    await until('the goodbyes', () => Promise.resolve(goodbyes.length === STALLED));
    expect(new Set(goodbyes)).toEqual(new Set([4409]));
    // Heard behind what waited, or, by who does not take even that in time, cut off.
    for (const phone of stalled) phone.goOn();
    await until('the ends', () => Promise.resolve(ended === STALLED));

    const seqs: number[] = [];
    const back = await PhoneSocket.open(gateway.port, `${person(0)}/device`, (text) => {
      const frame = JSON.parse(text) as { op: string; seq: number };
      if (frame.op === 'event') seqs.push(frame.seq);
    });
    await until('everything missed', () => Promise.resolve(seqs.length >= MISSED));
    expect(seqs).toEqual(Array.from({ length: MISSED }, (_, n) => n + 1));
    for (const phone of [reader, back]) phone.cut();
  });
});

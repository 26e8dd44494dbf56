import { setTimeout as delay } from 'node:timers/promises';
import { Cluster } from '../support/cluster.js';
import type { FlitsProcess } from '../support/flits-process.js';
import { checkHistory, type Entry, type Faults } from '../support/history.js';
import { Phone } from '../support/phone.js';
import { samplePhoto } from '../support/sample-photo.js';
import { makeTown, type Townsman } from '../support/town.js';
import { Traffic } from '../support/traffic.js';
import { until } from '../support/until.js';

jest.setTimeout(400_000);

const NONE: Faults = { lost: [], duplicate: [], late: [], ghost: [], order: [] };
const PEOPLE = 120;
const BEAT_MS = 3000;
/** Between two sends of one person. */
const PAUSE_MS = 4000;
/** The claim of a worker that died on a photo runs out after a minute and a half; then the sweep finds it. */
const SETTLED_MS = 150_000;

/** Needs redis-server and an S3 server: part of `npm run test:services`. */
const withServices = process.env.TEST_SERVICES ? describe : describe.skip;

withServices('two of each process, people by the hundred', () => {
  const history: Entry[] = [];
  /** Taken back, or seen by everybody it was for. */
  const over = new Set<string>();
  let opened = 0;
  let cluster: Cluster;
  let town: Townsman[];
  let phones: Phone[] = [];
  let traffic: Traffic;
  let beating: NodeJS.Timeout;

  beforeAll(async () => {
    cluster = await Cluster.start();
    town = await makeTown(cluster, PEOPLE);
    traffic = new Traffic(
      cluster.apis.map(({ url }) => url),
      history,
    );
    const addresses = cluster.proxies.map((proxy) => () => proxy.url);
    phones = town.flatMap((one) => one.phones.map((owner) => new Phone(owner, addresses, history)));
    phones.forEach((phone, index) => phone.connect(index));
    beating = setInterval(() => phones.forEach((phone) => phone.beat()), BEAT_MS);
    await until('everybody on a socket', () => phones.every(({ isReady }) => isReady), 60_000);
  });
  afterAll(async () => {
    clearInterval(beating);
    for (const phone of phones) phone.stop();
    await cluster.stop();
  });

  /** Everybody sends, some take back, others open on all of their phones at once, while `meanwhile` lasts. */
  async function live(meanwhile: () => Promise<void>): Promise<void> {
    const photo = await samplePhoto();
    let isOver = false;
    const people = town.map(async (one, index) => {
      await delay((index / PEOPLE) * PAUSE_MS);
      for (let turn = index; !isOver; turn += 1) {
        await act(one, turn, photo);
        await delay(PAUSE_MS * (0.5 + Math.random()));
      }
    });
    try {
      await meanwhile();
    } finally {
      isOver = true;
      await Promise.all(people);
    }
  }

  async function act(one: Townsman, turn: number, photo: Buffer): Promise<void> {
    const owner = one.phones[0]!;
    const to = one.friends.slice(turn % 3, (turn % 3) + 1 + (turn % 4));
    if (one === town[0]) await traffic.sendStory(owner, one.friends);
    else if (turn % 25 === 0) await traffic.sendPhoto(owner, photo, to);
    else {
      const snap = await traffic.sendText(owner, to);
      if (snap === undefined || turn % 5 !== 0) return;
      const { phones } = town.find(({ person }) => person === to[0])!;
      if (turn % 10 === 0) {
        await traffic.unsend(owner, snap);
        over.add(snap);
        await traffic.open(phones[0]!, snap);
      } else {
        const opens = await Promise.all(phones.map((phone) => traffic.open(phone, snap)));
        opened += opens.filter(Boolean).length;
        await traffic.close(phones[0]!, snap);
        if (to.length === 1) over.add(snap);
      }
    }
  }

  /** Snaps that are over, for all whom they were sent to, and whose words or keys are still there. */
  async function unerased(): Promise<string[]> {
    const { rows } = await cluster.rows.query<{ id: string }>(
      `SELECT id FROM mortal.snaps WHERE id = ANY ($1) AND (state <> 'erased' OR words IS NOT NULL OR words_key IS NOT NULL)`,
      [[...over]],
    );
    return rows.map(({ id }) => id);
  }

  /** Whatever is on its way arrives; what does not is lost. */
  async function settle(): Promise<void> {
    const owed = () => checkHistory(history).lost.length;
    await until('end of what is owed', () => owed() === 0, SETTLED_MS).catch(() => undefined);
  }

  /** Killed without a word, and started again. */
  const again = (...processes: readonly FlitsProcess[]) =>
    Promise.all(
      processes.map(async (process) => {
        await process.kill();
        await process.start();
      }),
    );

  const sent = () => history.filter(({ kind }) => kind === 'sent').length;

  async function expectNoFaults(): Promise<void> {
    expect(traffic.refusals).toEqual([]);
    expect(checkHistory(history)).toEqual(NONE);
    expect(await unerased()).toEqual([]);
  }

  it('nothing is lost, doubled, late, made up, out of order or left behind while all is well', async () => {
    await live(() => delay(8000));
    await settle();
    expect(sent()).toBeGreaterThan(PEOPLE);
    await expectNoFaults();
  });

  it('nor while every gateway and api is restarted in turn: 1012, and everybody comes back', async () => {
    const goodbyes = () => phones.flatMap(({ closes }) => closes).filter((code) => code === 1012).length;
    await live(async () => {
      for (const process of [...cluster.gateways, ...cluster.apis]) {
        expect(await process.kill('SIGTERM')).toBe(0);
        await process.start();
      }
    });
    await settle();
    expect(goodbyes()).toBeGreaterThan(phones.length / 3);
    await expectNoFaults();
  });

  it('nor while processes are killed, Redis is emptied and killed, PostgreSQL dies, and networks break', async () => {
    const { apis, gateways, workers, proxies, redis, postgres } = cluster;
    const stalled = phones.slice(0, 20);
    const breath = () => delay(1500);
    const before = sent();
    await live(async () => {
      for (const proxy of proxies) proxy.latencyMs = 20;
      for (const phone of stalled) phone.stall();
      await again(apis[0]!, gateways[0]!);
      await redis.empty();
      for (const proxy of proxies) proxy.reset(() => Math.random() < 0.3);
      await again(workers[0]!);
      for (const phone of stalled) phone.read();
      await redis.kill();
      proxies[0]!.bytesPerSecond = 20_000;
      await Promise.all([gateways[1]!.kill(), breath()]);
      await redis.start();
      proxies[0]!.heal();
      proxies[0]!.cut();
      await Promise.all([gateways[1]!.start(), again(workers[1]!)]);
      for (const proxy of proxies) proxy.heal();
      await postgres.kill();
      await breath();
      await redis.empty();
      for (const phone of phones) if (Math.random() < 0.5) phone.cut();
      await again(apis[1]!);
    });
    await settle();
    expect(sent()).toBeGreaterThan(before + PEOPLE);
    await expectNoFaults();
    expect(traffic.retries).toBeGreaterThan(0);
    expect(opened).toBeGreaterThan(20);
    expect(over.size).toBeGreaterThan(20);
  });
});

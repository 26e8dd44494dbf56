import { randomUUID } from 'node:crypto';
import { DeliveryAcks } from '../../src/features/snaps/index.js';
import { TestFlits } from '../support/flits.js';
import { Person } from '../support/person.js';

describe('acks of many devices in one statement, and opens beside them', () => {
  let flits: TestFlits;
  const ack = (acks: readonly (readonly [Person, number])[]) =>
    flits.flits.app
      .get(DeliveryAcks, { strict: false })
      .ack(acks.map(([{ id, session }, seq]) => ({ personId: id, deviceId: session.device.id, seq })));
  const head = async ({ id }: Person) =>
    Number((await flits.query<{ head: string }>('SELECT head FROM event_heads WHERE person_id = $1', [id]))[0]?.head);
  const acked = async ({ session }: Person) =>
    Number((await flits.query<{ n: string }>('SELECT acked_seq AS n FROM devices WHERE id = $1', [session.device.id]))[0]?.n);
  const screenshot = (person: Person, id: string) => person.request('POST', `/v1/snaps/${id}/screenshot`);
  const told = async ({ id }: Person) =>
    flits.query<{ ref: string; actor: string }>(
      `SELECT ref, actor FROM mortal.events WHERE owner_id = $1 AND type = 'snap.delivered' ORDER BY ref, actor`,
      [id],
    );

  beforeAll(async () => {
    flits = await TestFlits.start();
    await flits.stopWorker();
  });
  afterAll(() => flits.stop());

  it('move every cursor, and tell each sender of each recipient, once', async () => {
    const [anna, ben] = await Person.friends(flits.url);
    const cara = await Person.signUp(flits.url);
    await cara.befriend(anna);
    await cara.befriend(ben);
    const bensTablet = await ben.onAnotherDevice();
    const both = await anna.sendText('to both', [ben, cara]);
    const one = await cara.sendText('to one', [ben]);
    const heads = [await head(ben), await head(cara)] as const;
    await ack([[ben, heads[0]], [bensTablet, heads[0] - 1], [cara, heads[1]]]); // prettier-ignore
    expect(await Promise.all([ben, bensTablet, cara].map(acked))).toEqual([heads[0], heads[0] - 1, heads[1]]);
    const expected = [ben, cara].map(({ id }) => ({ ref: both.id, actor: id })).sort((a, b) => (a.actor < b.actor ? -1 : 1));
    expect(await told(anna)).toEqual(expected);
    expect(await told(cara)).toEqual([{ ref: one.id, actor: ben.id }]);
    await ack([[ben, heads[0]], [bensTablet, heads[0]], [cara, heads[1]]]); // prettier-ignore
    expect([await told(anna), await told(cara)].map(({ length }) => length)).toEqual([2, 1]);
    expect(await acked(bensTablet)).toBe(heads[0]);
  });

  it('skip a device that is not the person’s, a lower number, and what is beyond the log', async () => {
    const [anna, ben] = await Person.friends(flits.url);
    const { id } = await anna.sendText('first', [ben]);
    const end = await head(ben);
    await flits.flits.app.get(DeliveryAcks, { strict: false }).ack([
      { personId: anna.id, deviceId: ben.session.device.id, seq: end },
      { personId: ben.id, deviceId: randomUUID(), seq: end },
      { personId: ben.id, deviceId: ben.session.device.id, seq: end + 1000 },
    ]);
    expect([await acked(ben), (await told(anna)).map(({ ref }) => ref)]).toEqual([end, [id]]);
    await ack([[ben, 1]]);
    expect(await acked(ben)).toBe(end);
    await ack([]);
  });

  it('of the same devices from two nodes, in any order, beside openings: nobody waits for good, and each is told once', async () => {
    const anna = await Person.signUp(flits.url);
    const friends = await Promise.all(Array.from({ length: 8 }, () => Person.signUp(flits.url)));
    for (const friend of friends) await anna.befriend(friend);
    for (let round = 0; round < 6; round += 1) {
      const snaps = [await anna.sendText('a', friends), await anna.sendText('b', friends)];
      const acks = await Promise.all(friends.map(async (friend) => [friend, await head(friend)] as const));
      await Promise.all([
        ack(acks),
        ack([...acks].reverse()),
        ...friends.slice(0, 3).map((friend) => friend.open(snaps[0]!.id, randomUUID())),
      ]);
      const rows = await told(anna);
      for (const { id } of snaps) {
        const actors = rows.filter(({ ref }) => ref === id).map(({ actor }) => actor);
        expect(new Set(actors).size).toBe(actors.length);
        // Who opened before the ack arrived is not told as delivered any more: opened says more.
        expect(actors.length).toBeGreaterThanOrEqual(id === snaps[0]!.id ? 5 : 8);
      }
    }
  });

  it('R3: many recipients open one snap at once, twice each, beside acks and unfriending: each is granted once, and the database stands', async () => {
    const anna = await Person.signUp(flits.url);
    const friends = await Promise.all(Array.from({ length: 8 }, () => Person.signUp(flits.url)));
    for (const friend of friends) await anna.befriend(friend);
    const send = (text: string) => anna.sendText(text, friends, { view: { mode: 'once' } });
    const snaps = [await send('a'), await send('b'), await send('c')];
    const acks = await Promise.all(friends.map(async (friend) => [friend, await head(friend)] as const));
    for (const { id } of snaps) {
      const opens = friends.slice(0, 6).map(async (friend) => {
        const answers = await Promise.all([friend.open(id, randomUUID()), friend.open(id, randomUUID()), screenshot(friend, id)]);
        return answers.slice(0, 2).map(({ status }) => status);
      });
      const [statuses] = await Promise.all([Promise.all(opens), ack(acks), anna.request('DELETE', `/v1/friends/${friends[6]!.id}`)]);
      for (const pair of statuses) expect(pair.sort()).toEqual([200, 410]);
    }
  });
});

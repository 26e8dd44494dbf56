import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import { BlocksService } from '../../src/features/friends/blocks.service.js';
import { FriendsService } from '../../src/features/friends/friends.service.js';
import { MembershipsService } from '../../src/features/groups/memberships.service.js';
import { InboxService } from '../../src/features/snaps/inbox.service.js';
import { OpeningService } from '../../src/features/snaps/opening.service.js';
import { SendingService } from '../../src/features/snaps/sending.service.js';
import { StoriesService } from '../../src/features/snaps/stories.service.js';
import { Fault } from '../../src/platform/faults/index.js';
import { TestFlits } from '../support/flits.js';
import { AudienceModel, type Send } from '../support/audience-model.js';

const PEOPLE = 4;
const GROUPS = 2;

const person = fc.nat(PEOPLE - 1);
const group = fc.nat(GROUPS - 1);
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ op: fc.constant('befriend' as const), a: person, b: person }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('part' as const), a: person, b: person }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('block' as const), a: person, b: person }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('unblock' as const), a: person, b: person }) },
  { weight: 4, arbitrary: fc.record({ op: fc.constant('join' as const), a: person, group }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('leave' as const), a: person, group }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('open' as const), a: person, nth: fc.nat(20) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      op: fc.constant('send' as const),
      a: person,
      named: fc.uniqueArray(person, { maxLength: 2 }),
      groups: fc.uniqueArray(group, { maxLength: GROUPS }),
      story: fc.boolean(),
    }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

/** What people do in a row, and chance seldom would: looking and going away for a moment; a quarrel that is made up. */
const story = fc.oneof(
  { weight: 3, arbitrary: step.map((one): Step[] => [one]) },
  {
    weight: 1,
    arbitrary: fc
      .record({ a: person, b: person, group, isOpened: fc.boolean() })
      .map(({ a, b, group: g, isOpened }): Step[] => [
        { op: 'send', a: b, named: [a], groups: [g], story: false },
        { op: 'send', a: b, named: [], groups: [g], story: false },
        ...(isOpened ? [0, 1, 2].map((nth) => ({ op: 'open' as const, a, nth })) : []),
        { op: 'leave', a, group: g },
        { op: 'join', a, group: g },
      ]),
  },
  {
    weight: 1,
    arbitrary: fc.record({ a: person, b: person, group }).map(({ a, b, group: g }): Step[] => [
      { op: 'block', a, b },
      { op: 'send', a: b, named: [], groups: [g], story: true },
      { op: 'unblock', a, b },
      { op: 'befriend', a, b },
    ]),
  },
);

/** Where every run begins: a circle of friends, and everybody in the first group. */
const acquainted: Step[] = Array.from({ length: PEOPLE }, (_, a) => [
  { op: 'befriend' as const, a, b: (a + 1) % PEOPLE },
  { op: 'join' as const, a, group: 0 },
]).flat();

/**
 * Friendships, blocks and memberships change at random between sends; after every step everybody sees exactly what a model in
 * sixty lines says: the union, each once, named people all or nothing, and nothing of what has ended.
 */
describe('audiences against a model', () => {
  let flits: TestFlits;
  const get = <T>(type: abstract new (...args: never[]) => T): T => flits.flits.app.get(type, { strict: false });

  beforeAll(async () => {
    flits = await TestFlits.start();
  });
  afterAll(() => flits.stop());

  /** Ids rise with the index, so that "the first group" is the same to the model. */
  async function cast(): Promise<{ people: string[]; groups: string[] }> {
    const people = Array.from({ length: PEOPLE }, () => randomUUID()).sort();
    const groups = Array.from({ length: GROUPS }, () => randomUUID()).sort();
    await flits.query(
      `WITH made AS (INSERT INTO people (id, handle, display_name, password_hash, recovery_hash)
         SELECT p, left(p::text, 24), 'x', '', '' FROM unnest($1::uuid[]) p RETURNING id)
       INSERT INTO event_heads (person_id) SELECT id FROM made`,
      [people],
    );
    await flits.query(`INSERT INTO groups (id, name, owner_id) SELECT g, 'x', $2 FROM unnest($1::uuid[]) g`, [groups, people[0]]);
    return { people, groups };
  }

  async function send({ a, named, groups, story }: Send, ids: { people: string[]; groups: string[] }): Promise<string | undefined> {
    const senderId = ids.people[a]!;
    const macs = { scope: senderId, route: 'test', keyMac: Buffer.from(randomUUID()), bodyMac: Buffer.alloc(32) };
    const userIds = named.map((n) => ids.people[n]!);
    const groupIds = groups.map((n) => ids.groups[n]!);
    try {
      const sent = await get(SendingService).send(
        {
          ...{ senderId, deviceId: randomUUID(), uploadIds: [], isAlbum: false, words: { text: 'x' }, userIds, groupIds },
          story: story ? 'friends' : undefined,
          view: { loop: false, replays: 0 },
        },
        macs,
      );
      return sent.replayed ? undefined : sent.snaps[0]?.id;
    } catch (error) {
      if (error instanceof Fault && error.code === 'recipient_unavailable') return undefined;
      throw error;
    }
  }

  async function play(model: AudienceModel, step: Step, ids: { people: string[]; groups: string[] }): Promise<void> {
    const a = ids.people[step.a]!;
    const b = 'b' in step ? ids.people[step.b]! : a;
    if ('b' in step && step.a === step.b) return;
    switch (step.op) {
      case 'befriend':
        if (!model.befriend(step.a, step.b)) return;
        await flits.query('INSERT INTO friendships (person_id, friend_id) VALUES ($1, $2), ($2, $1) ON CONFLICT DO NOTHING', [a, b]);
        return;
      case 'part':
        if (model.part(step.a, step.b)) await get(FriendsService).remove(a, b);
        return;
      case 'block':
        model.block(step.a, step.b);
        // To somebody who is blocked by the other, the other does not exist; the block is kept.
        return get(BlocksService).block(a, b).catch(unlessNotFound);
      case 'unblock':
        model.unblock(step.a, step.b);
        return get(BlocksService).unblock(a, b).catch(unlessNotFound);
      case 'join':
        if (!model.join(step.a, step.group)) return;
        await flits.query(
          `INSERT INTO group_members (group_id, person_id, state, invited_by, since) VALUES ($1, $2, 'member', $2, from_epoch_ms(epoch_ms(flits_now())))`,
          [ids.groups[step.group], a],
        );
        // Of the last one to leave there is no group any more.
        await flits.query(`INSERT INTO groups (id, name, owner_id) VALUES ($1, 'x', $2) ON CONFLICT DO NOTHING`, [
          ids.groups[step.group],
          a,
        ]);
        return;
      case 'leave':
        if (model.leave(step.a, step.group)) await get(MembershipsService).leave(ids.groups[step.group]!, a);
        return;
      case 'open': {
        const id = model.open(step.a, step.nth);
        const macs = { keyMac: Buffer.alloc(32), bodyMac: Buffer.alloc(32) };
        if (id) await get(OpeningService).open({ snapId: id, recipientId: a, deviceId: a, macs, replay: false });
        return;
      }
      case 'send': {
        if (step.named.length + step.groups.length === 0 && !step.story) return;
        const id = await send(step, ids);
        expect([step, id !== undefined]).toEqual([step, model.accepts(step)]);
        if (id) model.send(step, id);
      }
    }
  }

  it('each sees exactly the living union, each snap once, whatever changes midway', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(story, { minLength: 4, maxLength: 16 }), async (stories) => {
        const ids = await cast();
        const model = new AudienceModel();
        for (const one of [...acquainted, ...stories.flat()]) {
          await play(model, one, ids);
          for (const [n, personId] of ids.people.entries()) {
            const inbox = (await get(InboxService).list(personId, undefined, 1000)).map(({ snap_id, group_id }) => [snap_id, group_id]);
            const posted = (await get(StoriesService).list(personId, undefined, 1000)).map(({ snap_id }) => [snap_id, null]);
            const wanted = model.seenBy(n).map(({ id, via, group: g }) => [via, id, g === undefined ? null : ids.groups[g]]);
            const seen = [...inbox.map((row) => ['inbox', ...row]), ...posted.map((row) => ['story', ...row])];
            expect([one, n, seen.sort()]).toEqual([one, n, wanted.sort()]);
          }
        }
      }),
      { numRuns: Number(process.env.AUDIENCE_RUNS ?? 8) },
    );
  }, 120_000);
});

function unlessNotFound(error: unknown): void {
  if (!(error instanceof Fault && error.code === 'not_found')) throw error;
}

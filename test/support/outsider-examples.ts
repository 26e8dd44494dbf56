import { randomUUID } from 'node:crypto';
import { makeMortalId } from '../../src/platform/ids/index.js';
import { Person } from './person.js';
import { samplePhoto } from './sample-photo.js';

export type Outsider = 'stranger' | 'blocked' | 'other recipient' | 'ex-friend' | 'ex-member';

/** Anna's things, who may have to do with them, and five kinds of people who may not, or no longer. */
export interface World {
  readonly anna: Person;
  readonly ben: Person;
  readonly outsiders: Readonly<Record<Outsider, Person>>;
  /** Anna's, with Ben and, until a moment ago, the ex-member. */
  readonly groupId: string;
  /** A photo, which has all routes; sent by name to Ben, the ex-friend and the blocked one while they were friends, and to the group. */
  readonly snap: { readonly id: string; readonly expires_at: string; readonly commitment: string };
  /** Posted for friends before any of that ended. */
  readonly storyId: string;
}

export interface Example {
  /** What the route names in its path, of Anna's or Ben's. */
  readonly theirs: string;
  /** The same kind of name, of nothing. */
  readonly nobodys: string;
}

/** One line a resource: the first part of the path behind /v1. A route whose resource is not here fails the test. */
export const examples: Readonly<Record<string, (world: World) => Example | Promise<Example>>> = {
  snaps: ({ snap }) => ({ theirs: snap.id, nobodys: mortal(snap, 1) }),
  uploads: async ({ anna, snap }) => ({ theirs: await anna.upload(await samplePhoto()), nobodys: mortal(snap, 2) }),
  'friend-requests': async ({ anna }) => {
    const asker = await Person.signUp(anna.url);
    const asked = await asker.request<{ id: string }>('POST', '/v1/friend-requests', { body: { handle: anna.handle }, key: randomUUID() });
    return { theirs: asked.body.id, nobodys: randomUUID() };
  },
  devices: ({ anna }) => ({ theirs: anna.session.device.id, nobodys: randomUUID() }),
  friends: ({ ben }) => ({ theirs: ben.id, nobodys: randomUUID() }),
  blocks: ({ ben }) => ({ theirs: ben.id, nobodys: randomUUID() }),
  mutes: ({ ben }) => ({ theirs: ben.id, nobodys: randomUUID() }),
  groups: ({ groupId }) => ({ theirs: groupId, nobodys: randomUUID() }),
  log: ({ snap }) => ({ theirs: snap.commitment, nobodys: 'ab'.repeat(32) }), // not yet published, so nobody can tell
};

/** Bodies without which a route would refuse before it looks at the id. */
export const bodies: Readonly<Record<string, (world: World) => object>> = {
  'POST /v1/groups/{id}/members': ({ ben }) => ({ user_ids: [ben.id] }),
  'PATCH /v1/groups/{id}': () => ({ name: 'mine now' }),
};

/** Routes that anybody may call with anybody's name, and why. */
export const open: Readonly<Record<string, string>> = {
  'GET /v1/users/{handle}': 'finding people by their exact handle is what it is for; blocks and budgets: test/integration/friends.spec.ts',
  'GET /v1/exports/{token}': 'the token, random and short-lived, is the permission: test/integration/people-deletion.spec.ts',
  'GET /v1/friend-codes/{code}': 'the code is the permission, and short-lived: test/integration/friend-codes.spec.ts',
  'POST /v1/blocks/{user_id}': 'anybody may block anybody whose id they have come by',
};

export async function makeWorld(url: string): Promise<World> {
  const [anna, ben, stranger, blocked, other, exFriend, exMember] = (await Promise.all(
    Array.from({ length: 7 }, () => Person.signUp(url)),
  )) as [Person, Person, Person, Person, Person, Person, Person];
  for (const friend of [ben, blocked, other, exFriend, exMember]) await anna.befriend(friend);
  const groupId = await anna.groupOf([ben, exMember]);
  await anna.sendText('another', [other]);
  const photo = { upload_id: await anna.upload(await samplePhoto()) };
  const sent = await anna.sendTo({ user_ids: [ben, exFriend, blocked].map(({ id }) => id), group_ids: [groupId] }, photo);
  const story = await anna.sendTo({ story: 'friends' });
  for (const person of [ben, exFriend, blocked, exMember]) {
    if ((await person.inbox()).length !== 1) throw new Error('a recipient is not one yet');
  }
  await anna.request('DELETE', `/v1/friends/${exFriend.id}`);
  await anna.request('POST', `/v1/blocks/${blocked.id}`);
  await exMember.request('POST', `/v1/groups/${groupId}/leave`);
  const { id, expires_at, receipt } = sent.body;
  return {
    anna,
    ben,
    outsiders: { stranger, blocked, 'other recipient': other, 'ex-friend': exFriend, 'ex-member': exMember },
    groupId,
    snap: { id, expires_at, commitment: receipt!.commitment },
    storyId: story.body.id,
  };
}

function mortal({ expires_at }: { expires_at: string }, n: number): string {
  return makeMortalId(new Date(expires_at).getTime(), Buffer.alloc(10, n));
}

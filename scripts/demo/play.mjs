import { randomUUID } from 'node:crypto';
import { decrypt } from './blob.mjs';
import { Person, refusal } from './client.mjs';
import { headOf, look, placeOf, traces } from './photo.mjs';
import { Socket } from './socket.mjs';
import { StoreFolder } from './store.mjs';
import { note, promised, say, step, until, waitVisibly } from './terminal.mjs';

/** Between a deadline and the bytes' end there is at most one sweep (15 s) and the deletion itself. */
const SWEEP_SECONDS = 20;
/** "Its bytes leave the object store within 60 s of the deadline." */
const GONE_WITHIN_SECONDS = 60;
const SHORTEST_LIFE_SECONDS = 60;

/** The main job, told step by step: two people, two photos; one is opened once, the other one is never opened. */
export async function play({ url, server, photo }) {
  say(`\nTwo people and two photos at ${url} (${server.name} ${server.version})\n`);
  const store = new StoreFolder();
  const [ada, ben] = await meet(url);
  const [adaHears, benHears] = await step('both phones connect to the socket and identify themselves', () =>
    Promise.all([ada, ben].map(({ token }) => Socket.open(server.realtime_url, token))),
  );
  const phones = { ada, ben, adaHears, benHears, store };
  const [opened, unopened] = await sendBoth(phones, photo, { ttl_seconds: server.limits.ttl_seconds_min ?? SHORTEST_LIFE_SECONDS });
  await viewOnce(phones, opened, photo);
  await outlive(phones, unopened, opened);
  await Promise.all([adaHears.close(), benHears.close()]);
  say('\nEverything was as promised: opened once, gone at its deadline.\n');
}

async function meet(url) {
  const ada = await step(
    'Ada signs up',
    () => Person.signUp(url, 'Ada'),
    ({ handle }) => handle,
  );
  const ben = await step(
    'Ben signs up',
    () => Person.signUp(url, 'Ben'),
    ({ handle }) => handle,
  );
  const { id } = await step('Ada asks Ben to be friends', () => ada.do('POST', '/v1/friend-requests', { handle: ben.handle }));
  await step('Ben accepts', () => ben.do('POST', `/v1/friend-requests/${id}/accept`));
  return [ada, ben];
}

/** One to be opened, one to be left alone, both with the shortest life. */
async function sendBoth({ ada, ben, adaHears, benHears }, photo, life) {
  const { width, height } = await headOf(photo);
  const place = placeOf(photo);
  const taken = place
    ? `it says it was taken at ${place.latitude.toFixed(4)}, ${place.longitude.toFixed(4)}`
    : 'it says nothing of a place';
  note(`the photo: a JPEG of ${width} x ${height}, ${photo.length} bytes; ${taken}`);
  const snaps = [];
  for (const [which, view] of [
    ['first', { mode: 'once', seconds: 5 }],
    ['second', { mode: 'until_expiry' }],
  ]) {
    const uploadId = await step(`Ada encrypts the ${which} photo on her phone and PUTs it to the object store`, () =>
      ada.upload(photo, life),
    );
    await step('a worker decrypts, checks, strips and encrypts it again', () => processed(adaHears, uploadId));
    const send = () => ada.doFully('POST', '/v1/snaps', { upload_id: uploadId, to: { user_ids: [ben.id] }, view, ...life });
    const { body: snap, clock } = await step('Ada sends it to Ben', send, ({ body }) => lifeOf(body));
    const received = await step("Ben's socket says `snap.received`", () => benHears.event('snap.received', snap.id));
    benHears.send({ op: 'ack', seq: received.seq });
    await step("Ben's phone acknowledges; Ada's socket says `snap.delivered`", () => adaHears.event('snap.delivered', snap.id));
    // By our clock, and not before it: reading the server's clock is good to half a call.
    snaps.push({ id: snap.id, deadline: Math.ceil(Date.parse(snap.expires_at) - clock.ahead + clock.error) });
  }
  return snaps;
}

async function processed(socket, uploadId) {
  const { type, data } = await socket.event(['upload.ready', 'upload.rejected'], uploadId);
  promised(type === 'upload.ready', `The server rejected the photo: ${data.reason}.`);
}

function lifeOf({ expires_at: deadline, server_time: now }) {
  return `it will be gone in ${Math.round((Date.parse(deadline) - Date.parse(now)) / 1000)} s, at ${deadline}`;
}

async function viewOnce({ ben, adaHears, store }, snap, original) {
  const link = await step('Ben asks for a link to the ciphertext', () => ben.do('POST', `/v1/snaps/${snap.id}/media`));
  const blob = await step(
    'Ben fetches it before he opens, and checks its hash',
    () => ben.fetchCiphertext(link),
    ({ length }) => `${length} bytes`,
  );
  snap.object = await store.find(link.url);
  const opened = await step('Ben opens: the key is handed out, once', () => ben.do('POST', `/v1/snaps/${snap.id}/open`));
  const seen = await step('Ben decrypts', () => decrypt(Buffer.from(opened.media.key, 'base64url'), blob));
  const { format, width, height } = await look(seen);
  promised(format === 'jpeg', `What Ben decrypted is no JPEG but ${format}.`);
  promised(placeOf(seen) === undefined && traces(seen).length === 0, `Ben's photo still carries ${traces(seen).join(', ')}.`);
  promised(!seen.includes(original.subarray(-64)), "Ben's photo holds bytes of the original file.");
  note(`what Ben sees: a JPEG of ${width} x ${height}, ${seen.length} bytes, without a place, a camera or a name in it`);
  await step("Ada's socket says `snap.opened`", () => adaHears.event('snap.opened', snap.id));
  await step(
    'Ben opens a second time and is refused',
    () => refused(ben, snap, 'snap_already_opened'),
    (code) => `410 ${code}`,
  );
  await step('Ben closes it', () => ben.do('POST', `/v1/snaps/${snap.id}/close`));
}

/** The second photo, which nobody opens: there until its deadline, gone after it. */
async function outlive({ ada, ben, store }, snap, earlier) {
  const link = await step('the second photo is left unopened; Ben fetches its ciphertext', async () => {
    const fresh = await ben.do('POST', `/v1/snaps/${snap.id}/media`);
    await ben.fetchCiphertext(fresh);
    return fresh;
  });
  const object = await store.find(link.url);
  note(
    object ? `in the object store: ${object.name}, ${object.bytes} bytes` : 'the object store is not a folder that can be read from here',
  );
  const left = Math.max(0, snap.deadline - Date.now());
  const sweep = object ? `, and then up to ${SWEEP_SECONDS} s until its bytes are swept` : '';
  note(`now we wait for its deadline, ${Math.ceil(left / 1000)} s${sweep}`);
  await waitVisibly(left, 'until the deadline');
  await step(
    'the deadline has passed; Ben opens and is refused',
    () => refused(ben, snap, 'snap_expired'),
    (code) => `410 ${code}`,
  );
  await step(
    'Ada asks for it and is refused',
    () => refused(ada, snap, 'snap_expired', 'GET', ''),
    (code) => `410 ${code}`,
  );
  const status = await step(
    'the link that Ben still has',
    async () => (await fetch(link.url)).status,
    (it) => `answers ${it}`,
  );
  promised(status >= 400, 'The link still leads to the ciphertext after the deadline.');
  const { items } = await step("Ben's inbox does not list it", () => ben.do('GET', '/v1/inbox'));
  promised(!items.some(({ snap_id: id }) => id === snap.id), 'The inbox still lists a snap past its deadline.');
  if (!object) return note('that is all a client can see; run the demo beside the embedded server to see the folder as well');
  await gone(store, object, 'the object is gone from the store');
  if (earlier.object) await gone(store, earlier.object, 'so is the one of the photo that was opened');
}

async function gone(store, { name }, words) {
  await step(
    words,
    () => until(`The end of ${name}`, GONE_WITHIN_SECONDS, () => store.isGone(name)),
    () => `no ${name} any more`,
  );
}

/** @returns the code of the refusal that was promised */
async function refused(person, snap, code, method = 'POST', action = '/open') {
  const answer = await person.ask(method, `/v1/snaps/${snap.id}${action}`, method === 'POST' ? { key: randomUUID() } : {});
  if (answer.status !== 410 || answer.body?.code !== code) throw refusal(`${person.name}'s call`, answer);
  return code;
}

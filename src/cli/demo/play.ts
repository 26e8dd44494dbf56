import { randomUUID } from 'node:crypto';
import { decrypt } from './blob.js';
import { refusal } from './calls.js';
import { promised } from './disappointment.js';
import { Person, type Life, type Link } from './person.js';
import { headOf, look, placeOf, traces } from './photo.js';
import { Socket } from './socket.js';
import type { Stage } from './stage.js';
import type { StoredObject, StoreFolder } from './store-folder.js';

/** Between a deadline and the bytes' end there is at most one sweep (15 s) and the deletion itself. */
const SWEEP_SECONDS = 20;
/** "Its bytes leave the object store within 60 s of the deadline." */
const GONE_WITHIN_SECONDS = 60;
const SHORTEST_LIFE_SECONDS = 60;

/** What `GET /v1/server` says, as far as the demo asks. */
export interface Server {
  readonly name: string;
  readonly version: string;
  readonly registration: string;
  readonly realtime_url: string;
  readonly limits: { readonly ttl_seconds_min?: number };
}

interface Accepted {
  readonly id: string;
  readonly expires_at: string;
  readonly server_time: string;
}

interface Sent {
  readonly id: string;
  /** By our clock, ms. */
  readonly deadline: number;
}

export interface Played {
  /** The object of the photo that was opened, where the store's folder can be seen from here. */
  readonly seesStore: boolean;
}

/** The main job, told step by step: two people, two photos; one is opened once, the other one is never opened. */
export class Play {
  constructor(
    private readonly stage: Stage,
    private readonly store: StoreFolder,
    private readonly photo: Buffer,
  ) {}

  async run(url: string, server: Server): Promise<Played> {
    const [ada, ben] = await this.#meet(url);
    const [adaHears, benHears] = await this.stage.step('both phones connect to the socket and identify themselves', () =>
      Promise.all([Socket.open(server.realtime_url, ada.token), Socket.open(server.realtime_url, ben.token)]),
    );
    try {
      const life = { ttl_seconds: server.limits.ttl_seconds_min ?? SHORTEST_LIFE_SECONDS };
      await this.#describePhoto();
      const opened = await this.#send('first', { mode: 'once', seconds: 5 }, { ada, ben, adaHears, benHears, life });
      const unopened = await this.#send('second', { mode: 'until_expiry' }, { ada, ben, adaHears, benHears, life });
      const object = await this.#viewOnce(ben, adaHears, opened);
      return { seesStore: await this.#outlive(ada, ben, unopened, object) };
    } finally {
      await Promise.all([adaHears.close(), benHears.close()]);
    }
  }

  async #meet(url: string): Promise<[Person, Person]> {
    const signUp = (name: string) =>
      this.stage.step(
        `${name} signs up`,
        () => Person.signUp(url, name),
        ({ handle }) => handle,
      );
    const [ada, ben] = [await signUp('Ada'), await signUp('Ben')];
    const { id } = await this.stage.step('Ada asks Ben to be friends', () =>
      ada.do<{ id: string }>('POST', '/v1/friend-requests', { handle: ben.handle }),
    );
    await this.stage.step('Ben accepts', () => ben.do('POST', `/v1/friend-requests/${id}/accept`));
    return [ada, ben];
  }

  async #describePhoto(): Promise<void> {
    const { width, height } = await headOf(this.photo);
    const place = placeOf(this.photo);
    const taken = place
      ? `it says it was taken at ${place.latitude.toFixed(4)}, ${place.longitude.toFixed(4)}`
      : 'it says nothing of a place';
    this.stage.note(`the photo: a JPEG of ${width} x ${height}, ${this.photo.length} bytes; ${taken}`);
  }

  async #send(
    which: string,
    view: object,
    { ada, ben, adaHears, benHears, life }: { ada: Person; ben: Person; adaHears: Socket; benHears: Socket; life: Life },
  ): Promise<Sent> {
    const { stage } = this;
    const uploadId = await stage.step(`Ada encrypts the ${which} photo on her phone and PUTs it to the object store`, () =>
      ada.upload(this.photo, life),
    );
    await stage.step('a worker decrypts, checks, strips and encrypts it again', async () => {
      const { type, data } = await adaHears.event(['upload.ready', 'upload.rejected'], uploadId);
      promised(type === 'upload.ready', `The server rejected the photo: ${String(data?.reason)}.`);
    });
    const snap = { upload_id: uploadId, to: { user_ids: [ben.id] }, view, ...life };
    const { body, clock } = await stage.step(
      'Ada sends it to Ben',
      () => ada.doFully<Accepted>('POST', '/v1/snaps', snap),
      ({ body: { expires_at: deadline, server_time: now } }) =>
        `it will be gone in ${Math.round((Date.parse(deadline) - Date.parse(now)) / 1000)} s, at ${deadline}`,
    );
    const received = await stage.step("Ben's socket says `snap.received`", () => benHears.event('snap.received', body.id));
    benHears.send({ op: 'ack', seq: received.seq });
    await stage.step("Ben's phone acknowledges; Ada's socket says `snap.delivered`", () => adaHears.event('snap.delivered', body.id));
    // By our clock, and not before it: reading the server's clock is good to half a call.
    return { id: body.id, deadline: Math.ceil(Date.parse(body.expires_at) - (clock?.ahead ?? 0) + (clock?.error ?? 0)) };
  }

  async #viewOnce(ben: Person, adaHears: Socket, { id }: Sent): Promise<StoredObject | undefined> {
    const { stage } = this;
    const link = await stage.step('Ben asks for a link to the ciphertext', () => ben.do<Link>('POST', `/v1/snaps/${id}/media`));
    const blob = await stage.step(
      'Ben fetches it before he opens, and checks its hash',
      () => ben.fetchCiphertext(link),
      ({ length }) => `${length} bytes`,
    );
    const object = await this.store.find(link.url);
    const { media } = await stage.step('Ben opens: the key is handed out, once', () =>
      ben.do<{ media: { key: string } }>('POST', `/v1/snaps/${id}/open`),
    );
    const seen = await stage.step('Ben decrypts', () => decrypt(Buffer.from(media.key, 'base64url'), blob));
    await this.#checkSeen(seen);
    await stage.step("Ada's socket says `snap.opened`", () => adaHears.event('snap.opened', id));
    await this.#refused('Ben opens a second time and is refused', ben, id, 'snap_already_opened');
    await stage.step('Ben closes it', () => ben.do('POST', `/v1/snaps/${id}/close`));
    return object;
  }

  async #checkSeen(seen: Buffer): Promise<void> {
    const { format, width, height } = await look(seen);
    promised(format === 'jpeg', `What Ben decrypted is no JPEG but ${format}.`);
    promised(placeOf(seen) === undefined && traces(seen).length === 0, `Ben's photo still carries ${traces(seen).join(', ')}.`);
    promised(!seen.includes(this.photo.subarray(-64)), "Ben's photo holds bytes of the original file.");
    this.stage.note(`what Ben sees: a JPEG of ${width} x ${height}, ${seen.length} bytes, without a place, a camera or a name in it`);
  }

  /** The second photo, which nobody opens: there until its deadline, gone after it. @returns whether the store could be seen */
  async #outlive(ada: Person, ben: Person, { id, deadline }: Sent, earlier: StoredObject | undefined): Promise<boolean> {
    const { stage, store } = this;
    const link = await stage.step('the second photo is left unopened; Ben fetches its ciphertext', async () => {
      const fresh = await ben.do<Link>('POST', `/v1/snaps/${id}/media`);
      await ben.fetchCiphertext(fresh);
      return fresh;
    });
    const object = await store.find(link.url);
    stage.note(
      object ? `in the object store: ${object.name}, ${object.bytes} bytes` : 'the object store is not a folder that can be read from here',
    );
    const left = Math.max(0, deadline - (performance.timeOrigin + performance.now()));
    const sweep = object ? `, and then up to ${SWEEP_SECONDS} s until its bytes are swept` : '';
    stage.note(`now we wait for its deadline, ${Math.ceil(left / 1000)} s${sweep}`);
    await stage.wait(left, 'until the deadline');
    await this.#refused('the deadline has passed; Ben opens and is refused', ben, id, 'snap_expired');
    await this.#refused('Ada asks for it and is refused', ada, id, 'snap_expired', 'GET', '');
    const status = await stage.step(
      'the link that Ben still has',
      async () => (await fetch(link.url)).status,
      (it) => `answers ${it}`,
    );
    promised(status >= 400, 'The link still leads to the ciphertext after the deadline.');
    const { items } = await stage.step("Ben's inbox does not list it", () => ben.do<{ items: { snap_id: string }[] }>('GET', '/v1/inbox'));
    promised(!items.some(({ snap_id: listed }) => listed === id), 'The inbox still lists a snap past its deadline.');
    if (!object) {
      stage.note('that is all a client can see; run the demo beside the embedded server to see the folder as well');
      return false;
    }
    await this.#gone(object, 'the object is gone from the store');
    if (earlier) await this.#gone(earlier, 'so is the one of the photo that was opened');
    return true;
  }

  async #gone(object: StoredObject, words: string): Promise<void> {
    await this.stage.step(
      words,
      () => this.stage.until(`The end of ${object.name}`, GONE_WITHIN_SECONDS, () => this.store.isGone(object)),
      () => `no ${object.name} any more`,
    );
  }

  async #refused(words: string, person: Person, id: string, code: string, method = 'POST', action = '/open'): Promise<void> {
    await this.stage.step(
      words,
      async () => {
        const options = method === 'POST' ? { key: randomUUID() } : {};
        const answer = await person.ask<{ code?: string }>(method, `/v1/snaps/${id}${action}`, options);
        if (answer.status !== 410 || answer.body.code !== code) throw refusal(`${person.name}'s call`, answer);
      },
      () => `410 ${code}`,
    );
  }
}

import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { conforming } from '../support/av-files.js';
import { crowdOfFriends } from '../support/crowd.js';
import { testEnvironment } from '../support/flits.js';
import { FlitsProcess } from '../support/flits-process.js';
import { Person } from '../support/person.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { samplePhoto } from '../support/sample-photo.js';
import { until } from '../support/until.js';

const AT_PHOTO = ['after_decode', 'after_object_put'];
/** Between every two steps of an erasure before its hour. */
const EARLY = ['after_erasure_owed', 'after_objects_deleted', 'after_absence_seen', 'after_erase_leaf', 'after_debt_settled'];

describe('kill -9 at a named point', () => {
  let database: TestDatabase;
  let folder: string;
  let flits: FlitsProcess;
  let owner: pg.Client;

  beforeAll(() => FlitsProcess.build());
  beforeEach(async () => {
    database = await createTestDatabase();
    folder = await mkdtemp(join(tmpdir(), 'flits-crash-'));
    flits = new FlitsProcess(await testEnvironment(database, folder));
    owner = new pg.Client({ connectionString: database.ownerUrl.reveal() });
    await owner.connect();
  });
  afterEach(async () => {
    await flits.kill();
    await owner.end();
    await database.drop();
    await rm(folder, { recursive: true, force: true });
  });

  const count = async (what: string): Promise<number> =>
    Number((await owner.query<{ n: string }>(`SELECT count(*) AS n FROM ${what}`)).rows[0]?.n);

  /** Moves the database's clock to a time, in ms since the epoch. */
  const shiftTo = (time: number) =>
    owner.query(
      `CREATE OR REPLACE FUNCTION flits_now() RETURNS timestamptz LANGUAGE sql VOLATILE PARALLEL SAFE
       AS $$ SELECT clock_timestamp() + interval '${Math.ceil((time - Date.now()) / 1000)} seconds' $$`,
    );

  /** The claim of the worker that died is over; nobody has to wait for it. */
  const passClaim = () => shiftTo(Date.now() + 120_000);

  it.each(AT_PHOTO)('%s: the photo is processed again, once to the eye, and its snap arrives', async (point) => {
    await flits.start(point);
    const [anna, ben] = await Person.friends(flits.url);
    const uploadId = await anna.put(await samplePhoto());
    const key = randomUUID();
    const sent = await anna.send({ upload_id: uploadId, caption: 'kept' }, [ben], key).catch(() => undefined);
    expect(await flits.ended()).toBe('SIGKILL');
    await passClaim();
    await flits.start();
    const again = await anna.send({ upload_id: uploadId, caption: 'kept' }, [ben], key);
    expect(again.status).toBe(201);
    if (sent) expect(again.body.id).toBe(sent.body.id);
    const arrived = await ben.nextEvent('snap.received');
    expect(arrived.data.snap_id).toBe(again.body.id);
    expect(await ben.inbox()).toHaveLength(1);
    const opened = await ben.open(again.body.id);
    expect(opened.body.caption).toBe('kept');
    expect((await ben.view(opened.body)).subarray(0, 2)).toEqual(Buffer.of(0xff, 0xd8));
    expect(await count('mortal.snaps')).toBe(1);
  });

  it('after_clip_made: what the worker was at is gone when the next one starts, and the clip that saw it die fails once, in words', async () => {
    const workshop = await mkdtemp(join(tmpdir(), 'flits-workshop-'));
    const environment = { ...(await testEnvironment(database, folder)), CLIP_FOLDER: workshop };
    flits = new FlitsProcess(environment);
    await flits.start('after_clip_made');
    const [anna, ben] = await Person.friends(flits.url);
    const uploadId = await anna.putAs('clip', 'video/mp4', await conforming());
    const sent = await anna.send({ upload_id: uploadId }, [ben]).catch(() => undefined);
    expect(await flits.ended()).toBe('SIGKILL');
    expect(await readdir(workshop)).toHaveLength(1);
    await passClaim();
    await flits.start();
    expect(await readdir(workshop)).toEqual([]);
    expect(await anna.processed(uploadId)).toMatchObject({ state: 'rejected', reason: 'poison' });
    if (sent) expect((await anna.nextEvent('snap.failed')).data).toMatchObject({ snap_id: sent.body.id });
    expect(await ben.inbox()).toEqual([]);
    expect(await readdir(workshop)).toEqual([]);
    await rm(workshop, { recursive: true });
  });

  it('after_send_commit: the answer is lost, the retry with the same key finds the one snap', async () => {
    await flits.start('after_send_commit');
    const [anna, ben] = await Person.friends(flits.url);
    const key = randomUUID();
    await expect(anna.send({ text: 'hello' }, [ben], key)).rejects.toThrow();
    expect(await flits.ended()).toBe('SIGKILL');
    await flits.start();
    expect(await ben.inbox()).toHaveLength(1);
    const retry = await anna.send({ text: 'hello' }, [ben], key);
    expect(retry.status).toBe(201);
    expect((await ben.inbox()).map(({ snap_id }) => snap_id)).toEqual([retry.body.id]);
    expect(await count('ledger_outbox')).toBe(1);
  });

  it('after_story_chunk: a story to hundreds reaches everybody once, however often the worker dies between two chunks', async () => {
    await flits.start();
    const [anna, ben] = await Person.friends(flits.url);
    const query = async <Row>(text: string, values: readonly unknown[]) => (await owner.query(text, [...values])).rows as Row[];
    await crowdOfFriends({ query }, anna, 250);
    await flits.kill();
    await flits.start('after_story_chunk');
    const key = randomUUID();
    const sent = await anna.sendTo({ story: 'friends' }, { text: 'to all' }, key).catch(() => undefined);
    expect(await flits.ended()).toBe('SIGKILL');
    expect(await count('mortal.deliveries')).toBe(100);
    // Its job is lost; another start dies after the next chunk, found by the sweep.
    expect(await flits.startAndCrash('after_story_chunk')).toBe('SIGKILL');
    expect(await count('mortal.deliveries')).toBe(200);
    await flits.start();
    await until('everybody reached', async () => (await count('mortal.deliveries')) === 251, 60_000);
    expect(
      await count(`(SELECT owner_id FROM mortal.events WHERE type = 'story.posted' GROUP BY owner_id HAVING count(*) = 1) AS once`),
    ).toBe(251);
    const again = await anna.sendTo({ story: 'friends' }, { text: 'to all' }, key);
    if (sent) expect(again.body.id).toBe(sent.body.id);
    expect((await ben.stories()).map(({ snap_id }) => snap_id)).toEqual([again.body.id]);
  });

  it('after_grant_commit: the view is not lost with the answer; the same device takes it up', async () => {
    await flits.start('after_grant_commit');
    const [anna, ben] = await Person.friends(flits.url);
    const { id } = await anna.sendText('only once', [ben], { view: { mode: 'once' } });
    const key = randomUUID();
    await expect(ben.open(id, key)).rejects.toThrow();
    expect(await flits.ended()).toBe('SIGKILL');
    await flits.start();
    expect((await ben.open(id)).status).toBe(410);
    expect((await ben.open(id, key)).body.text).toBe('only once');
  });

  it.each(EARLY)('%s: what was unsent goes after the restart, with one ERASE leaf', async (point) => {
    await flits.start(point);
    const [anna, ben] = await Person.friends(flits.url);
    const snap = await anna.send({ upload_id: await anna.upload(await samplePhoto()) }, [ben]);
    await anna.request('DELETE', `/v1/snaps/${snap.body.id}`).catch(() => undefined);
    expect(await flits.ended()).toBe('SIGKILL');
    await flits.start();
    expect((await ben.open(snap.body.id)).body.code).toBe('snap_erased');
    await until('an ERASE leaf', async () => (await count(`ledger_outbox WHERE leaf LIKE 'ERASE%| unsent |%'`)) === 1, 60_000);
    await until('nothing owed', async () => (await count('erasures_owed')) === 0, 60_000);
    expect(await count(`ledger_outbox WHERE leaf LIKE 'ERASE%'`)).toBe(1);
  });

  it('between every two steps of closing an hour: closed after the restart, with one HOUR leaf each', async () => {
    await flits.start();
    const [anna, ben] = await Person.friends(flits.url);
    const photo = await anna.send({ upload_id: await anna.upload(await samplePhoto()) }, [ben]);
    await flits.kill();
    const points = ['after_key_destroyed', 'after_detach', 'after_drop', 'after_absence_seen', 'after_hour_closed'];
    const { rows } = await owner.query<{ label: string }>('SELECT label FROM hours ORDER BY label LIMIT $1', [points.length]);
    const labels = [...rows.map(({ label }) => Number(label)), Date.parse(photo.body.expires_at)];
    // The last one is the hour of the photo: the only one with an object to die after.
    for (const [n, point] of [...points, 'after_objects_deleted'].entries()) {
      await shiftTo(labels[n]! + 1000);
      expect(await flits.startAndCrash(point)).toBe('SIGKILL');
    }
    await flits.start();
    for (const label of labels) {
      await until('a closed hour', async () => (await count(`hours WHERE label = ${label} AND state = 'closed'`)) === 1);
      expect(await count(`ledger_outbox WHERE leaf LIKE 'HOUR v1 | ${label} |%'`)).toBe(1);
      expect(await count(`pg_class WHERE relname IN ('snaps_${label}', 'deliveries_${label}', 'uploads_${label}')`)).toBe(0);
    }
  });

  it('SIGTERM is first told at /readyz, to whoever comes anew, while all else is answered; then drains and ends with 0', async () => {
    await flits.start();
    const ending = flits.kill('SIGTERM');
    // A connection each: one that stands would be answered behind a closed door as well.
    const ask = (path: string) => fetch(flits.url + path, { headers: { connection: 'close' } }).then(({ status }) => status);
    await until('not ready', async () => (await ask('/readyz')) === 503, 5000);
    expect(await ask('/v1/server')).toBe(200);
    expect(await ending).toBe(0);
  });
});

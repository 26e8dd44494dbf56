import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import pg from 'pg';
import type { Receipt } from '../../src/features/ledger/index.js';
import { flitsCommand } from '../support/command-line.js';
import { TestFlits, type TestPlace } from '../support/flits.js';
import { call, Person, type SentSnap } from '../support/person.js';
import { createTestDatabase } from '../support/postgres.js';
import { Staff } from '../support/staff.js';
import { until } from '../support/until.js';
import { Verifier } from '../support/verifier.js';

/** Long enough for a backup and a restore while something lives, short enough to be passed over. */
const settings = { SNAP_TTL_SECONDS: '144', BUCKET_SECONDS: '4' };
const JUMP = 2 ** 32;
const PATIENCE_MS = 60_000;
const receiptOf = (snap: SentSnap) => snap.receipt as unknown as Receipt;

async function text(url: string): Promise<string | undefined> {
  const response = await fetch(url);
  const body = await response.text();
  return response.ok ? body : undefined;
}

const proofOf = (flits: TestFlits, snap: SentSnap, leaf: 'accept' | 'end') =>
  until(`${leaf} proof`, () => text(`${flits.url}/v1/log/proofs/${receiptOf(snap).commitment}?leaf=${leaf}`), PATIENCE_MS);

describe('a backup, a disaster, a restore', () => {
  let verifier: Verifier;
  let before: TestFlits;
  let after: TestFlits | undefined;
  let place: TestPlace;
  let backup: string;

  beforeAll(async () => {
    verifier = await Verifier.create();
    before = await TestFlits.start(settings);
    backup = join(before.place.folder, 'flits.backup');
    const database = await createTestDatabase();
    place = {
      ...before.place,
      database,
      environment: {
        ...before.place.environment,
        DATABASE_URL: database.appUrl.reveal(),
        DATABASE_OWNER_URL: database.ownerUrl.reveal(),
      },
    };
  });
  afterAll(async () => {
    await before.flits.stop();
    await after?.flits.stop();
    await place.database.drop();
    await before.stop();
    await verifier.remove();
  });

  it('brings back accounts and the log; nothing that was erased, no session, no deleted account', async () => {
    const [anna, ben] = await Person.friends(before.url);
    const cara = await Person.signUp(before.url);
    await anna.befriend(cara);
    const unsent = await anna.sendText('taken back before the backup', [ben]);
    await anna.request('DELETE', `/v1/snaps/${unsent.id}`);
    const kept = await anna.sendText('alive at the backup', [ben, cara]);
    await proofOf(before, kept, 'accept');

    const staff = await Staff.of(before);
    const body = { handle: ben.handle, report_reason: 'threat', reason: 'a call' };
    expect((await staff.ask('moderator', 'POST', '/reports', body)).status).toBe(201);
    const figures = 'SELECT name, value FROM monthly_figures ORDER BY name';
    const counted = await before.query(figures);
    expect(counted).toEqual([{ name: 'reports.filed.threat', value: '1' }]);

    // As any process of the server could: none of them knows the owner.
    const { DATABASE_OWNER_URL: _owner, ...asApplication } = before.place.environment;
    const made = await flitsCommand(asApplication, 'backup', backup);
    expect([made.code, (made.answer.rows as Record<string, number>)['"public"."people"']]).toEqual([0, 3]);
    const plain = gunzipSync(await readFile(backup)).toString();
    expect(plain).not.toMatch(/"mortal"\.|"bullmq"\.|alive at the backup/);

    const key = (await call<{ log_keys: { key: string }[] }>(before.url, 'GET', '/v1/server')).body.log_keys[0]!.key;
    const opened = await ben.open(kept.id);
    expect(opened.body.text).toBe('alive at the backup');
    await anna.request('DELETE', `/v1/snaps/${kept.id}`);
    expect((await cara.request('DELETE', '/v1/me')).status).toBe(202);
    const annaElsewhere = await anna.onAnotherDevice();
    const late = await anna.sendText('sent after the backup', [ben]);
    await proofOf(before, late, 'accept');
    const erasedProof = await proofOf(before, kept, 'end');
    const headBefore = (await text(`${before.url}/v1/log/checkpoint`))!;
    const { body: page } = await ben.request<{ next_after: number }>('GET', '/v1/events?after=0');
    await before.flits.stop();

    const dry = await flitsCommand(place.environment, 'restore', backup);
    expect([dry.code, dry.answer]).toEqual([0, expect.objectContaining({ dry_run: true })]);
    const done = await flitsCommand(place.environment, 'restore', backup, '--yes');
    expect([done.said, done.code]).toEqual([expect.anything(), 0]);
    expect(done.answer).toMatchObject({ ok: true, accounts_deleted_again: 1, sessions_ended: 3 });
    const again = await flitsCommand(place.environment, 'restore', backup, '--yes');
    expect([again.code, again.answer.error?.message]).toEqual([1, expect.stringContaining('not empty')]);

    after = await TestFlits.startOn(place);
    // Sessions of before are over: those the backup knows, and the one it does not.
    for (const { session } of [anna, ben, annaElsewhere]) {
      const used = await call(after.url, 'GET', '/v1/inbox', { token: session.access_token });
      expect([used.status, used.body.code]).toEqual([401, 'session_ended']);
      const refreshed = await call(after.url, 'POST', '/v1/sessions/refresh', { body: { refresh_token: session.refresh_token } });
      expect(refreshed.status).toBe(401);
    }
    expect(await after.query(figures)).toEqual(counted);
    const elsewhere = `http://127.0.0.1:${after.flits.config.ADMIN_PORT}`;
    expect((await call(elsewhere, 'GET', '/admin/v1/overview', { token: staff.tokens.operator })).status).toBe(401);
    const gone = await call(after.url, 'POST', '/v1/sessions', { body: { handle: cara.handle, password: cara.password } });
    expect([gone.status, gone.body.code]).toEqual([401, 'invalid_credentials']);

    const [annaAgain, benAgain] = [await anna.onAnotherDevice(), await ben.onAnotherDevice()];
    const stranger = await Person.signUp(after.url);
    for (const snap of [kept, late]) {
      for (const person of [annaAgain, benAgain, stranger]) {
        const answer = await person.request('GET', `/v1/snaps/${snap.id}`);
        expect([answer.status, answer.body.code]).toEqual([410, 'snap_lost']);
      }
      expect((await benAgain.open(snap.id)).body.code).toBe('snap_lost');
    }
    expect(await benAgain.inbox()).toEqual([]);
    const events = await benAgain.request<{ resync: boolean; next_after: number }>('GET', `/v1/events?after=${page.next_after}`);
    expect([events.body.resync, events.body.next_after > JUMP]).toEqual([true, true]);

    const fresh = await annaAgain.sendText('hello again', [benAgain]);
    expect((await benAgain.open(fresh.id)).body.text).toBe('hello again');
    await proofOf(after, fresh, 'accept');
    const old = await verifier.file(headBefore);
    const kinds = async (...more: string[]) => {
      const receipts = await Promise.all([kept, late, fresh].map(async (snap) => ['--receipt', await verifier.file(receiptOf(snap))]));
      return verifier.run('audit', after!.url, '--key', key, '--old', old, ...receipts.flat(), ...more);
    };
    const audited = await kinds();
    expect([audited.status, audited.words]).toEqual([0, expect.stringContaining('Nothing is wrong with it.')]);
    // What was proven before stays proven.
    expect(
      (await verifier.run('erased', await verifier.file(receiptOf(kept)), await verifier.file(erasedProof), '--key', key)).status,
    ).toBe(0);

    // The hour of what was lost ends as every hour does.
    await after.shiftClock(152);
    await after.sweep();
    const end = await proofOf(after, late, 'end');
    const lost = await verifier.run('erased', await verifier.file(receiptOf(late)), await verifier.file(end), '--key', key);
    expect([lost.status, lost.words]).toEqual([0, expect.stringContaining('Gone: its hour ended')]);
    expect((await kinds()).status).toBe(0);
    expect((await annaAgain.request('GET', `/v1/snaps/${late.id}`)).body.code).toBe('snap_expired');
  });

  it('puts right a database that came back whole, with the rows of what lived', async () => {
    const flits = await TestFlits.start(settings);
    try {
      const [anna, ben] = await Person.friends(flits.url);
      const snap = await anna.sendText('in the physical backup', [ben]);
      await proofOf(flits, snap, 'accept');
      const running = await flitsCommand(flits.place.environment, 'restore', '--yes');
      expect([running.code, running.answer.error?.message]).toEqual([1, expect.stringContaining('Stop every process')]);
      await flits.flits.stop();
      const done = await flitsCommand(flits.place.environment, 'restore', '--yes');
      expect([done.code, done.answer]).toEqual([0, expect.objectContaining({ sessions_ended: 2 })]);
      const again = await TestFlits.startOn(flits.place);
      try {
        const bens = await ben.onAnotherDevice();
        expect((await bens.open(snap.id)).body.code).toBe('snap_lost');
        expect(await again.query('SELECT 1 FROM mortal.snaps UNION ALL SELECT 1 FROM mortal.events WHERE type <> $1', ['x'])).toEqual([]);
        await again.shiftClock(152);
        await again.sweep();
        await proofOf(again, snap, 'end');
        expect((await verifier.run('audit', again.url)).status).toBe(0);
      } finally {
        await again.flits.stop();
      }
    } finally {
      await flits.stop();
    }
  });

  it('refuses a file that is damaged, cut short, no backup or of a newer Flits, before anything is touched', async () => {
    const whole = await readFile(backup);
    const bad: [string, Buffer | undefined, string][] = [
      ['damaged', Buffer.concat([whole.subarray(0, 200), Buffer.of(whole[200]! ^ 1), whole.subarray(201)]), 'damaged or cut short'],
      ['cut', whole.subarray(0, whole.length - 40), 'damaged or cut short'],
      ['other', Buffer.from('hello'), 'damaged or cut short'],
      ['missing', undefined, 'cannot be read: ENOENT'],
    ];
    for (const [name, bytes, words] of bad) {
      const path = join(before.place.folder, name);
      if (bytes) await writeFile(path, bytes);
      const { code, answer } = await flitsCommand(place.environment, 'restore', path, '--yes');
      expect([name, code, answer.error?.message]).toEqual([name, 1, expect.stringContaining(words)]);
    }
    const client = new pg.Client({ connectionString: place.database.ownerUrl.reveal() });
    await client.connect();
    expect((await client.query('SELECT 1 FROM people')).rowCount).toBeGreaterThan(0);
    await client.end();
  });
});

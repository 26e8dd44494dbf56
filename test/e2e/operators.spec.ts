import { randomBytes, randomUUID } from 'node:crypto';
import { ActiveRecipients } from '../../src/features/admin/active-recipients.js';
import { ReportDesk } from '../../src/features/moderation/index.js';
import { ReportRetention } from '../../src/features/moderation/report-retention.js';
import { SocketCounts } from '../../src/features/realtime/socket-counts.js';
import { HourMaker } from '../../src/features/expiry/index.js';
import { TestFlits } from '../support/flits.js';
import { Person } from '../support/person.js';
import { SocketClient } from '../support/socket-client.js';
import { Staff } from '../support/staff.js';
import { until } from '../support/until.js';

const HOUR = 3600;

interface Plan {
  hours: number[];
  snaps: number;
  erasures: number;
  objects: number;
}

describe('operators', () => {
  let flits: TestFlits;
  let staff: Staff;
  let anna: Person;
  let ben: Person;
  const because = { reason: 'a test' };

  beforeAll(async () => {
    flits = await TestFlits.start();
    staff = await Staff.of(flits);
    [anna, ben] = await Person.friends(flits.url);
  });
  afterAll(() => flits.stop());

  const operator = <T = Record<string, unknown>>(method: string, path: string, body?: unknown) =>
    staff.ask<T>('operator', method, path, body);
  let stopped: Promise<void> | undefined;
  /** No worker from here on. */
  const alone = () => (stopped ??= flits.stopWorker());
  const labelOf = (id: string) => Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16);

  it('see the service in numbers', async () => {
    await anna.sendText('hello', [ben]);
    const { body } = await operator<{ snaps_by_hour: { alive: number }[]; queues: { name: string }[] }>('GET', '/overview');
    expect(body.snaps_by_hour.reduce((sum, { alive }) => sum + alive, 0)).toBe(1);
    expect(body.queues.map(({ name }) => name)).toContain('erasure');
    expect(body).toMatchObject({ purge: { hours_due: 0, erasures_owed: 0 }, orphans: { found: null }, sockets: 0, reports_open: 0 });
  });

  it('see the sockets of all processes: their own, others’, none of one that fell silent', async () => {
    const socket = await SocketClient.identified(flits.url, ben.session.access_token);
    const counts = flits.flits.app.get(SocketCounts, { strict: false });
    await counts.write();
    await flits.query(
      `INSERT INTO socket_counts (process, sockets, counted_at)
       VALUES (gen_random_uuid(), 40, flits_now()), (gen_random_uuid(), 500, flits_now() - interval '30 seconds')`,
    );
    expect((await operator<{ sockets: number }>('GET', '/overview')).body.sockets).toBe(41);
    await flits.query(`UPDATE socket_counts SET counted_at = flits_now() - interval '2 minutes' WHERE sockets > 1`);
    await counts.write();
    expect(await flits.query('SELECT sockets FROM socket_counts')).toEqual([{ sockets: 1 }]);
    await socket.close();
  });

  it('see one hour, and only one that there is', async () => {
    const { id } = await anna.sendText('counted', [ben]);
    const { body } = await operator(`GET`, `/purge/hours/${labelOf(id)}`);
    // The snap of before may be of the hour before.
    const [row] = await flits.query<{ n: number }>('SELECT count(*)::int AS n FROM mortal.snaps WHERE mortal_label(id) = $1', [
      labelOf(id),
    ]);
    expect(row?.n).toBeGreaterThan(0);
    const counted = { snaps: row?.n, deliveries: row?.n, bytes: 0 };
    expect(body).toMatchObject({ label: labelOf(id), state: 'alive', is_due: false, lag_seconds: null, ...counted });
    for (const label of ['1', 'x', '9'.repeat(40)]) expect((await operator('GET', `/purge/hours/${label}`)).status).toBe(404);
  });

  it('see what is stuck and why, and have it tried at once, by the job that does it anyway', async () => {
    const id = randomUUID();
    await flits.query(
      `INSERT INTO erasures_owed (id, label, reason, object_names, owed_at, attempts, next_attempt_at, last_error)
       VALUES ($1, $2, 'unused', ARRAY['00/1/${'0'.repeat(32)}'], flits_now() - interval '400 seconds', 9, flits_now() + interval '1 hour', 'AccessDenied')`,
      [id, labelOf((await anna.sendText('label', [ben])).id)],
    );
    const stuck = await operator<{ items: object[] }>('GET', '/purge/stuck');
    expect(stuck.body.items).toMatchObject([{ id, attempts: 9, last_error: 'AccessDenied', objects: 1 }]);
    expect(JSON.stringify(stuck.body)).not.toContain('0'.repeat(32));
    await flits.sweep();
    expect((await operator<Plan>('GET', '/purge/dry-run')).body).toMatchObject({ erasures: 1, objects: 1 });
    const asked = await Promise.all([operator<Plan>('POST', '/purge/run', because), operator<Plan>('POST', '/purge/run', because)]);
    expect(asked.map(({ status }) => status)).toEqual([202, 202]);
    await until('nothing stuck', async () =>
      (await operator<{ items: object[] }>('GET', '/purge/stuck')).body.items.length === 0 ? true : undefined,
    );
    expect((await operator('GET', '/transparency')).body).toMatchObject({ months: [{ late_purges: 1 }] });
  });

  it('have orphans looked for, and see what was found', async () => {
    await alone(); // A sweep of its own between the two would leave nothing to be found by the second.
    const { id } = await anna.sendText('label', [ben]);
    const orphan = `00/${labelOf(id)}/${'a'.repeat(32)}`;
    await flits.platform.store.put(orphan, Buffer.from('x'), { contentType: 'application/octet-stream' });
    for (let twice = 0; twice < 2; twice += 1) expect((await operator('POST', '/purge/orphans/sweep', because)).status).toBe(202);
    await flits.sweep();
    expect((await operator('GET', '/purge/orphans')).body).toMatchObject({ found: { objects_removed: 1, objects_kept: 0, rows_lost: 0 } });
    expect(await flits.platform.store.head(orphan)).toBeUndefined();
  });

  it('pause and resume a queue, for every worker, each with a reason', async () => {
    const photos = async () =>
      (await operator<{ items: { name: string; is_paused: boolean }[] }>('GET', '/queues')).body.items.find(({ name }) => name === 'photo');
    expect((await operator('POST', '/queues/photo/pause', {})).status).toBe(422);
    expect((await operator('POST', '/queues/nothing/pause', because)).status).toBeGreaterThanOrEqual(404);
    expect((await operator('POST', '/queues/photo/pause', because)).status).toBe(204);
    expect((await photos())?.is_paused).toBe(true);
    expect((await operator('POST', '/queues/photo/resume', because)).status).toBe(204);
    expect((await photos())?.is_paused).toBe(false);
    // On Redis other suites may have left some.
    expect((await operator('POST', '/queues/photo/retry', because)).body).toEqual({ retried: expect.any(Number) as number });
    expect((await operator('GET', '/queues/photo/failed')).body).toEqual({ items: expect.any(Array) as object[] });
  });

  it('delete an account only by its handle; all else is a dry run', async () => {
    const [cem, dora] = await Person.friends(flits.url);
    await cem.sendText('gone soon', [dora]);
    const path = `/people/${cem.id}/delete`;
    expect((await operator('POST', path, because)).body).toMatchObject({
      dry_run: true,
      handle: cem.handle,
      snaps: 1,
      friends: 1,
      devices: 1,
    });
    expect((await operator('POST', path, { ...because, confirm: dora.handle })).body.code).toBe('validation_failed');
    expect((await cem.request('GET', '/v1/me')).status).toBe(200);
    expect((await operator('POST', path, { ...because, confirm: cem.handle })).body.dry_run).toBe(false);
    expect((await cem.request('GET', '/v1/me')).status).toBe(401);
    const lines = await flits.query<{ action: string }>('SELECT action FROM admin_audit WHERE subject = $1 ORDER BY id', [cem.id]);
    expect(lines.map(({ action }) => action)).toContain('person.delete.refused');
    expect(lines.at(-1)?.action).toBe('person.delete');
  });

  it('export the audit to its last line, which is the export', async () => {
    const answer = await fetch(`${staff.url}/admin/v1/audit/export`, {
      method: 'POST',
      headers: { authorization: `Bearer ${staff.tokens.operator}`, 'content-type': 'application/json' },
      body: JSON.stringify(because),
    });
    expect(answer.headers.get('content-type')).toBe('application/x-ndjson; charset=utf-8');
    const lines = (await answer.text()).trimEnd().split('\n');
    const [row] = await flits.query<{ n: number }>('SELECT count(*)::int AS n FROM admin_audit');
    expect(lines).toHaveLength(row?.n ?? 0);
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ action: 'audit.export', reason: because.reason, subject: null });
  });

  describe('a hold and the end of a report’s time', () => {
    const desk = () => flits.flits.admin.get(ReportDesk, { strict: false });
    const retention = () => flits.flits.app.get(ReportRetention, { strict: false });

    beforeAll(alone);

    async function reported(): Promise<string> {
      const { id } = await anna.sendText('bad', [ben]);
      const filed = await ben.request<{ id: string }>('POST', '/v1/reports', {
        key: randomUUID(),
        body: { snap_id: id, reason: 'threat' },
      });
      await flits.platform.database.transaction((tx) => desk().hold(tx, filed.body.id, randomUUID()));
      return filed.body.id;
    }
    const isThere = async (id: string) => (await flits.query('SELECT 1 FROM reports WHERE id = $1', [id])).length === 1;
    const makeDue = (id: string) => flits.query(`UPDATE reports SET keep_until = flits_now() + interval '1 minute' WHERE id = $1`, [id]);

    it('R56: by one moderator it is asked for however often, by two it holds, and counts as held while another is asked for', async () => {
      const { id } = await anna.sendText('bad', [ben]);
      const { body } = await ben.request<{ id: string }>('POST', '/v1/reports', {
        key: randomUUID(),
        body: { snap_id: id, reason: 'threat' },
      });
      await flits.query(
        `UPDATE reports SET created_at = created_at - interval '1 minute', keep_until = keep_until - interval '1 minute' WHERE id = $1`,
        [body.id],
      );
      const hold = (moderator: string) => flits.platform.database.transaction((tx) => desk().hold(tx, body.id, moderator));
      const held = async () => (await operator<{ now: { reports_held: number } }>('GET', '/transparency')).body.now.reports_held;
      const [one, other] = [randomUUID(), randomUUID()];
      expect(await hold(one)).toBe(false);
      await expect(hold(one)).rejects.toMatchObject({ code: 'validation_failed' });
      expect(await held()).toBe(0);
      const both = await Promise.allSettled([hold(other), hold(other)]);
      expect(both.filter(({ status }) => status === 'fulfilled').map((done) => 'value' in done && done.value)).toContain(true);
      expect(await held()).toBe(1);
    });

    it('where the hold is first the report is kept, although retention was already waiting for it', async () => {
      const id = await reported();
      await makeDue(id);
      let erasing: Promise<void> | undefined;
      await flits.platform.database.transaction(async (tx) => {
        expect(await desk().hold(tx, id, randomUUID())).toBe(true);
        await flits.shiftClock(120);
        erasing = retention().eraseDue();
        await until('retention waiting', async () => {
          const waiting = await flits.query(
            `SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'UPDATE reports SET keep_until%'`,
          );
          return waiting.length > 0 ? true : undefined;
        });
      });
      await erasing;
      expect(await isThere(id)).toBe(true);
    });

    it('where retention is first there is nothing left to hold', async () => {
      const id = await reported();
      await makeDue(id);
      await flits.shiftClock(300);
      let heldMeanwhile: unknown;
      const store = retention()['store'];
      const deleteMany = store.deleteMany.bind(store);
      jest.spyOn(store, 'deleteMany').mockImplementation(async (names) => {
        heldMeanwhile ??= await flits.platform.database
          .transaction((tx) => desk().hold(tx, id, randomUUID()))
          .catch((error: unknown) => error);
        return deleteMany(names);
      });
      await flits.query(`UPDATE reports SET object_name = 'reports/x' WHERE id = $1`, [id]);
      await retention().eraseDue();
      jest.restoreAllMocks();
      expect(heldMeanwhile).toMatchObject({ code: 'not_found' });
      expect(await isThere(id)).toBe(false);
    });

    it('R59: a copy that the store calls deleted and still lists is not in the log as erased', async () => {
      const id = await reported();
      const store = retention()['store'];
      const name = `reports/${Date.now()}-${randomBytes(16).toString('hex')}`;
      await store.put(name, Buffer.from('ciphertext'), { contentType: 'application/octet-stream' });
      const [row] = await flits.query<{ commitment: Buffer }>(
        'UPDATE reports SET object_name = $2, keep_until = flits_now() WHERE id = $1 RETURNING commitment',
        [id, name],
      );
      const isErased = async () =>
        (await flits.query(`SELECT 1 FROM ledger_outbox WHERE subject = $1 AND leaf LIKE 'ERASE %'`, [row?.commitment])).length === 1;
      const state = async () => [await isThere(id), await isErased(), (await store.head(name)) !== undefined];
      jest.spyOn(store, 'deleteMany').mockImplementationOnce(async (names) => names.map((each) => ({ name: each, deleted: true })));
      await retention().eraseDue();
      expect(await state()).toEqual([true, false, true]);
      await retention().eraseDue();
      expect(await state()).toEqual([false, true, false]);
    });
  });

  it('ask for hours that are due: counted before, put once, erased by the worker’s own path', async () => {
    await alone();
    const { id } = await anna.sendText('dies', [ben]);
    expect((await ben.open(id)).status).toBe(200);
    const label = labelOf(id);
    await flits.shiftClock((label - Date.now()) / 1000 + HOUR);
    await flits.flits.app.get(HourMaker, { strict: false }).ensureAhead();
    staff = await Staff.of(flits);
    const plan = await operator<Plan>('GET', '/purge/dry-run');
    expect(plan.body.hours).toContain(label);
    expect(plan.body.snaps).toBeGreaterThan(0);
    expect((await operator<{ state: string }>('GET', `/purge/hours/${label}`)).body).toMatchObject({ state: 'alive', is_due: true });
    const ran = await Promise.all([operator<Plan>('POST', '/purge/run', because), operator<Plan>('POST', '/purge/run', because)]);
    expect(ran.map(({ body }) => body.hours)).toEqual([plan.body.hours, plan.body.hours]);
    const queue = flits.platform.queue.bullQueues().find(({ name }) => name === 'erasure');
    const jobs = (await queue?.getJobs(['waiting', 'prioritized', 'delayed'])) ?? [];
    expect(jobs.filter(({ data }) => (data as { label?: number }).label === label)).toHaveLength(1);
    await flits.sweep();
    expect((await operator<{ hours_due: number }>('GET', '/purge/hours')).body.hours_due).toBe(0);
    expect((await operator<{ lag_seconds: number }>('GET', `/purge/hours/${label}`)).body.lag_seconds).toBeGreaterThan(0);
  });

  it('publish how long reports waited and what was opened, also when the reports themselves are long gone', async () => {
    const [cem, dora] = await Person.friends(flits.url);
    const months = async () =>
      (await operator<{ months: { median_seconds_to_decision: number | null; copies_opened: number }[] }>('GET', '/transparency')).body
        .months;
    for (const minutes of [2, 3, 600]) {
      const filed = await dora.request<{ id: string }>('POST', '/v1/reports', {
        key: randomUUID(),
        body: { user_id: cem.id, reason: 'spam' },
      });
      await flits.query(`UPDATE reports SET created_at = created_at - make_interval(mins => $2) + interval '30 seconds' WHERE id = $1`, [
        filed.body.id,
        minutes,
      ]);
      await staff.ask('moderator', 'POST', `/reports/${filed.body.id}/open`, because);
      const decided = await staff.ask('moderator', 'POST', `/reports/${filed.body.id}/decide`, { outcome: 'no_action', ...because });
      expect(decided.status).toBe(200);
    }
    await flits.query('DELETE FROM reports');
    // Lines of the audit go after a year, the figure stays.
    expect(await flits.query(`SELECT value FROM monthly_figures WHERE name = 'copies_opened'`)).toEqual([{ value: '3' }]);
    expect((await months())[0]).toMatchObject({ median_seconds_to_decision: 180, copies_opened: 3 });
  });

  it('decide a report once, however many decide at the same moment: the other one undoes all it did', async () => {
    const [cem, dora] = await Person.friends(flits.url);
    const { id: snapId } = await cem.sendText('bad', [dora]);
    const { body } = await dora.request<{ id: string }>('POST', '/v1/reports', {
      key: randomUUID(),
      body: { snap_id: snapId, reason: 'threat' },
    });
    const outcomes = ['suspended', 'removed', 'warned', 'suspended'];
    const answers = await Promise.all(
      outcomes.map((outcome) => staff.ask('moderator', 'POST', `/reports/${body.id}/decide`, { outcome, reason: outcome })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 422, 422, 422]);
    const outcome = answers.find(({ status }) => status === 200)?.body.outcome;
    const [now] = await flits.query<{ suspended: boolean; state: string }>(
      `SELECT p.suspended_at IS NOT NULL AS suspended, s.state FROM people p JOIN mortal.snaps s ON s.sender_id = p.id WHERE p.id = $1`,
      [cem.id],
    );
    expect(now).toEqual({ suspended: outcome === 'suspended', state: outcome === 'warned' ? 'sent' : 'erased' });
    const lines = await flits.query<{ action: string }>('SELECT action FROM admin_audit WHERE subject = $1', [body.id]);
    expect(lines.filter(({ action }) => !action.endsWith('.refused'))).toEqual([{ action: `report.decide.${String(outcome)}` }]);
    expect(lines).toHaveLength(4);
  });

  it('publish how many received something, and know not who: few are no number, and the sketch goes with its month', async () => {
    const sketches = () => flits.query<{ registers: Buffer }>('SELECT registers FROM recipient_sketches');
    const set = (await sketches()).flatMap(({ registers }) => [...registers]).filter((value) => value > 0);
    expect(set).toHaveLength(1);
    const months = await flits.flits.admin.get(ActiveRecipients, { strict: false }).months();
    expect(months).toMatchObject([{ about: null }]);
    expect(JSON.stringify((await operator('GET', '/transparency')).body)).not.toContain(ben.id);
    await flits.query(
      `UPDATE recipient_sketches SET month = (month - interval '2 months')::date, registers = decode(repeat('01', 4096), 'hex')`,
    );
    await flits.flits.admin.get(ActiveRecipients, { strict: false }).finish();
    expect(await sketches()).toEqual([]);
    const { body } = await operator<{ months: { recipients_about: number | null }[] }>('GET', '/transparency');
    expect(body.months.map(({ recipients_about }) => recipients_about)).toEqual([null, expect.any(Number)]);
  });
});

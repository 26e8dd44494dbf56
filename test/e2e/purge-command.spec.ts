import { flitsCommand } from '../support/command-line.js';
import { TestFlits } from '../support/flits.js';
import { Person } from '../support/person.js';
import { samplePhoto } from '../support/sample-photo.js';

interface Hour {
  readonly ends_at: string;
  readonly state: string;
  readonly is_due: boolean;
}

describe('flits purge', () => {
  let flits: TestFlits;
  let photo: { id: string; expires_at: string };
  const purge = (...more: string[]) => flitsCommand(flits.place.environment, 'purge', ...more);
  const hoursIn = async () => (await purge()).answer.hours as Hour[];

  beforeAll(async () => {
    flits = await TestFlits.startAwayFromHourEnd();
    const [anna, ben] = await Person.friends(flits.url);
    photo = (await anna.send({ upload_id: await anna.upload(await samplePhoto()) }, [ben])).body;
    await anna.sendText('short-lived', [ben], { ttl_seconds: 60 });
    await flits.stopWorker();
  });
  afterAll(() => flits.stop());

  it('without --yes shows every hour and what is due, and changes nothing', async () => {
    const { code, answer } = await purge();
    expect([code, answer.dry_run, answer.due]).toMatchObject([0, true, { hours: 0, snaps: 0, erasures: 0 }]);
    expect((answer.hours as Hour[]).find(({ ends_at }) => ends_at === photo.expires_at)).toMatchObject({ state: 'alive', is_due: false });
  });

  it('refuses an hour that is not over, one that never was, and what is no time', async () => {
    const early = await purge('--hour', photo.expires_at, '--yes');
    expect([early.code, early.answer.error?.message]).toEqual([1, expect.stringContaining('is not over')]);
    expect((await purge('--hour', '2001-01-01T00:00:00Z', '--yes')).answer.error?.message).toContain('There is no hour');
    const noTime = await purge('--hour', 'soon', '--yes');
    expect([noTime.code, noTime.answer.error?.message]).toEqual([2, expect.stringContaining('must be a time')]);
    expect(await flits.objectNames()).toHaveLength(1);
  });

  it('erases before its hour what is due, with no worker running', async () => {
    await flits.shiftClock(flits.shift + 90);
    expect((await purge()).answer.due).toMatchObject({ snaps: 1 });
    const { code, answer } = await purge('--yes');
    expect([code, answer.hours_closed, answer.left]).toMatchObject([0, 0, { hours: 0, snaps: 0, erasures: 0 }]);
    expect(await flits.query(`SELECT 1 FROM mortal.snaps WHERE state = 'erased'`)).toHaveLength(1);
    expect(await flits.objectNames()).toHaveLength(1);
  });

  it('takes an hour that is over to its end: key, rows, objects, leaf', async () => {
    await flits.shiftClock((Date.parse(photo.expires_at) - Date.now()) / 1000 + 5);
    const due = (await hoursIn()).filter(({ is_due }) => is_due);
    expect(due.map(({ ends_at }) => ends_at)).toContain(photo.expires_at);

    const one = await purge('--hour', photo.expires_at, '--yes');
    expect([one.code, one.answer.hours_closed]).toEqual([0, 1]);
    expect(await flits.objectNames()).toEqual([]);
    expect(await flits.platform.vault.read(Date.parse(photo.expires_at))).toBeUndefined();
    expect(await flits.query(`SELECT 1 FROM ledger_outbox WHERE leaf LIKE 'HOUR %'`)).toHaveLength(1);

    const rest = await purge('--yes');
    expect([rest.code, rest.answer.hours_closed, rest.answer.left]).toMatchObject([0, due.length - 1, { hours: 0 }]);
    const again = await purge('--yes');
    expect([again.code, again.answer.hours_closed]).toEqual([0, 0]);
  });

  it('says what stands in the way, and ends with a status that says so', async () => {
    const [next] = (await hoursIn()).filter(({ state }) => state === 'alive');
    await flits.shiftClock((Date.parse(next!.ends_at) - Date.now()) / 1000 + 5);
    const role = new URL(flits.place.environment.DATABASE_URL!).username;
    await flits.asOwner(`REVOKE EXECUTE ON FUNCTION detach_hour(bigint) FROM ${role}`);
    const { code, answer } = await purge('--yes');
    await flits.asOwner(`GRANT EXECUTE ON FUNCTION detach_hour(bigint) TO ${role}`);
    expect([code, answer.ok, answer.left]).toMatchObject([1, false, { hours: 1 }]);
    expect(answer.failures).toEqual([{ hour: next!.ends_at, reason: expect.stringContaining('detach_hour') as string }]);
  });
});

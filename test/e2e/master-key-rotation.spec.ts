import { readFile, writeFile } from 'node:fs/promises';
import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { URI } from 'otpauth';
import { AdminAccounts } from '../../src/features/admin/index.js';
import type { NewAdmin } from '../../src/features/admin/admin-accounts.js';
import { ReportDesk } from '../../src/features/moderation/index.js';
import { flitsCommand } from '../support/command-line.js';
import { TestFlits } from '../support/flits.js';
import { Person } from '../support/person.js';

describe('flits keys rotate --master', () => {
  let flits: TestFlits;
  let snap: { id: string };
  let ben: Person;
  let reportId: string;
  let admin: NewAdmin | undefined;
  const accounts = () => flits.flits.admin.get(AdminAccounts, { strict: false });
  /** As a moderator comes in, and what of the report can be read then. */
  const readReport = async () => {
    const code = URI.parse(admin?.totpUri ?? '').generate({ timestamp: flits.platform.clock.now() });
    await accounts().check('mod.one', admin?.password ?? '', code);
    const { words, note } = await flits.flits.app.get(ReportDesk, { strict: false }).open(reportId);
    return [words?.text, note];
  };
  let anna: Person;
  const rotate = (...more: string[]) => flitsCommand(flits.place.environment, 'keys', 'rotate', '--master', ...more);
  const restart = async () => {
    flits = await TestFlits.startOn(flits.place);
  };

  beforeAll(async () => {
    flits = await TestFlits.start();
    [anna, ben] = await Person.friends(flits.url);
    snap = await anna.sendText('sealed before', [ben], { view: { mode: 'until_expiry' } });
    await ben.open(snap.id);
    const report = { reason: 'threat', snap_id: snap.id, note: 'to be kept' };
    reportId = (await ben.request<{ id: string }>('POST', '/v1/reports', { key: randomUUID(), body: report })).body.id;
    admin = await accounts().create('mod.one', 'moderator');
  });
  afterAll(() => flits.stop());

  it('wraps every hour key anew, once nobody runs: what lives stays readable, the old key opens nothing', async () => {
    expect((await rotate('--yes')).answer.error?.message).toContain('Stop every process');
    await flits.flits.stop();
    const file = join(flits.place.folder, 'vault/master.key');
    const old = await readFile(file, 'utf8');
    expect((await rotate()).answer).toMatchObject({ dry_run: true });
    expect(await readFile(file, 'utf8')).toBe(old);
    const done = await rotate('--yes');
    expect([done.code, Number(done.answer.hour_keys) > 10]).toEqual([0, true]);
    const now = await readFile(file, 'utf8');
    expect(now).not.toBe(old);
    expect(done.said).not.toContain(now.trim());
    expect(done.answer).toMatchObject({ reports: 1, admins: 1 });

    await restart();
    const bens = await ben.onAnotherDevice();
    expect((await bens.open(snap.id)).body.text).toBe('sealed before');
    expect(await readReport()).toEqual(['sealed before', 'to be kept']);
    const annas = await anna.onAnotherDevice();
    const fresh = await annas.sendText('sealed after', [bens]);
    expect((await bens.open(fresh.id)).body.text).toBe('sealed after');
  });

  it('a rotation that was cut short is finished by the next', async () => {
    await flits.flits.stop();
    const vault = join(flits.place.folder, 'vault');
    // As a crash in the middle leaves it: the next key is chosen, one hour is wrapped by it, the present one is in place.
    const before = await readFile(join(vault, 'master.key'), 'utf8');
    await rotate('--yes');
    await writeFile(join(vault, 'master.key.next'), await readFile(join(vault, 'master.key')));
    await writeFile(join(vault, 'master.key'), before);
    const again = await rotate('--yes');
    expect([again.code, again.answer]).toMatchObject([0, { hour_keys: 0, reports: 0, admins: 0 }]);
    await restart();
    const bens = await ben.onAnotherDevice();
    expect((await bens.open(snap.id)).body.text).toBe('sealed before');
  });

  it('a master key that is lost makes its hours as lost as if the vault were', async () => {
    await flits.flits.stop();
    await writeFile(join(flits.place.folder, 'vault/master.key'), `${randomBytes(32).toString('base64')}\n`);
    await restart();
    const bens = await ben.onAnotherDevice();
    expect((await bens.open(snap.id)).status).toBe(503);
    const said = await flitsCommand(flits.place.environment, 'vault', 'lost', '--yes');
    expect([said.code, Number(said.answer.declared) > 10]).toEqual([0, true]);
    await flits.sweep();
    await flits.shiftClock(100);
    await flits.sweep();
    expect((await bens.open(snap.id)).body).toMatchObject({ code: 'snap_lost' });
    const annas = await anna.onAnotherDevice();
    const fresh = await annas.sendText('on a new key', [bens]);
    expect((await bens.open(fresh.id)).body.text).toBe('on a new key');
  });
});

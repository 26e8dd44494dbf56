import { flitsCommand } from '../support/command-line.js';
import { TestFlits } from '../support/flits.js';
import { Person } from '../support/person.js';

describe('a lost key vault', () => {
  let flits: TestFlits;
  let anna: Person;
  let ben: Person;

  beforeAll(async () => {
    flits = await TestFlits.startAwayFromHourEnd();
    [anna, ben] = await Person.friends(flits.url);
    await flits.sweep();
    // Since when a key is missing is what a sweep has seen: by hand from here on.
    await flits.stopWorker();
  });
  afterAll(() => flits.stop());

  async function later(seconds: number): Promise<void> {
    await flits.shiftClock(flits.shift + seconds);
  }
  const labelOf = (id: string) => flits.platform.hours.ownLabelOf(id);
  const code = async (person: Person, id: string) => {
    const { status, body } = await person.open(id);
    return [status, (body as { code?: string }).code];
  };

  it('is an alarm and 503 at first; then what it sealed is lost, people are told, and the hour can be used again', async () => {
    const lost = await anna.sendText('sealed under the key that goes', [ben]);
    const kept = await anna.sendText('sealed under another', [ben], { ttl_seconds: 4 * 3600 });
    expect(labelOf(lost.id)).not.toBe(labelOf(kept.id));
    const { body: before } = await anna.request<{ next_after: number }>('GET', '/v1/events?after=0');
    await flits.platform.vault.destroy(labelOf(lost.id));

    await later(85);
    expect(await code(ben, lost.id)).toEqual([503, 'unavailable']);
    expect((await anna.send({ text: 'nobody can seal this' }, [ben])).status).toBe(503);
    await flits.sweep();
    expect((await anna.request('GET', `/v1/snaps/${lost.id}`)).status).toBe(200);
    const alarms = (await flits.platform.metrics.text()).match(/^flits_key_vault_alarms\S* (\d+)/m);
    expect(Number(alarms?.[1])).toBeGreaterThan(0);

    await later(95);
    await flits.sweep();
    expect(await code(ben, lost.id)).toEqual([410, 'snap_lost']);
    const mine = await anna.request('GET', `/v1/snaps/${lost.id}`);
    expect([mine.status, mine.body.code]).toEqual([410, 'snap_lost']);
    expect((await anna.nextEvent('snap.failed', before.next_after)).data).toMatchObject({ snap_id: lost.id });
    expect((await ben.inbox()).map(({ snap_id }) => snap_id)).toEqual([kept.id]);
    const leaves = await flits.query<{ leaf: string }>(`SELECT leaf FROM ledger_outbox WHERE leaf LIKE 'ERASE%| lost |%'`);
    expect(leaves).toHaveLength(1);

    expect(await code(ben, kept.id)).toEqual([200, undefined]);
    const again = await anna.sendText('sealed under the new key', [ben]);
    expect((await ben.open(again.id)).body.text).toBe('sealed under the new key');
  });

  it('a vault that this process never saw full is not taken for lost until an operator says so', async () => {
    const snap = await anna.sendText('still there, if only the vault were', [ben]);
    await flits.flits.stop();
    const { vault } = flits.platform;
    for (const label of await vault.labels()) await vault.destroy(label);
    flits = await TestFlits.startOn(flits.place, { shift: flits.shift });
    // The process has learnt the shifted time from the database.
    await flits.sweep();
    await later(200);
    await flits.sweep();
    expect(await code(ben, snap.id)).toEqual([503, 'unavailable']);

    const dry = await flitsCommand(flits.place.environment, 'vault', 'lost');
    expect([dry.code, dry.answer.dry_run]).toEqual([0, true]);
    await flits.sweep();
    expect(await code(ben, snap.id)).toEqual([503, 'unavailable']);
    const said = await flitsCommand(flits.place.environment, 'vault', 'lost', '--yes');
    expect([said.code, Number(said.answer.declared) > 10]).toEqual([0, true]);
    await flits.sweep();
    expect(await code(ben, snap.id)).toEqual([410, 'snap_lost']);
    const fresh = await anna.sendText('and on it goes', [ben]);
    expect((await ben.open(fresh.id)).body.text).toBe('and on it goes');
  });
});

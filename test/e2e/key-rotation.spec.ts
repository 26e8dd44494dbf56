import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Receipt } from '../../src/features/ledger/index.js';
import { flitsCommand } from '../support/command-line.js';
import { TestFlits } from '../support/flits.js';
import { call, Person, type SentSnap } from '../support/person.js';
import { until } from '../support/until.js';
import { Verifier } from '../support/verifier.js';

const receiptOf = (snap: SentSnap) => snap.receipt as unknown as Receipt;

describe('flits keys rotate --log', () => {
  it('old receipts, heads and proofs verify, with the keys that signed them', async () => {
    const verifier = await Verifier.create();
    const first = await TestFlits.start({ SNAP_TTL_SECONDS: '144', BUCKET_SECONDS: '4' });
    const { place } = first;
    const get = async (flits: TestFlits, path: string) => {
      const response = await fetch(flits.url + path);
      return response.ok ? response.text() : undefined;
    };
    const proofOf = (flits: TestFlits, snap: SentSnap, leaf: string) =>
      until(`${leaf} proof`, () => get(flits, `/v1/log/proofs/${receiptOf(snap).commitment}?leaf=${leaf}`));
    let second: TestFlits | undefined;
    try {
      const [anna, ben] = await Person.friends(first.url);
      const snap = await anna.sendText('signed with the first key', [ben]);
      const proofThen = await proofOf(first, snap, 'accept');
      const headThen = (await get(first, '/v1/log/checkpoint'))!;

      const file = join(place.folder, 'vault/log-signing.key');
      const seedThen = await readFile(file, 'utf8');
      const dry = await flitsCommand(place.environment, 'keys', 'rotate', '--log');
      expect([dry.code, dry.answer.dry_run, await readFile(file, 'utf8')]).toEqual([0, true, seedThen]);
      const done = await flitsCommand(place.environment, 'keys', 'rotate', '--log', '--yes');
      const seedNow = await readFile(file, 'utf8');
      expect(done.code).toBe(0);
      expect(seedNow).not.toBe(seedThen);
      expect(done.said).not.toContain(seedNow.trim());
      expect((await flitsCommand({ ...place.environment, LOG_SIGNING_KEY: seedNow.trim() }, 'keys', 'rotate', '--log')).code).toBe(1);
      await first.flits.stop();

      second = await TestFlits.startOn(place);
      const { body } = await call<{ log_keys: { key: string; until: string | null }[] }>(second.url, 'GET', '/v1/server');
      const [old, present] = body.log_keys;
      expect([old, present]).toEqual([
        expect.objectContaining({ key: done.answer.previous, until: expect.any(String) as string }),
        expect.objectContaining({ key: done.answer.present, until: null }),
      ]);
      await anna.request('DELETE', `/v1/snaps/${snap.id}`);
      const proofNow = await proofOf(second, snap, 'end');
      const headNow = (await get(second, '/v1/log/checkpoint'))!;
      const receipt = await verifier.file(receiptOf(snap));
      const [accept, end, then, now] = await Promise.all([proofThen, proofNow, headThen, headNow].map((each) => verifier.file(each)));
      const both = ['--key', old!.key, '--key', present!.key];
      expect((await verifier.run('accepted', receipt, accept!, '--key', old!.key)).status).toBe(0);
      expect((await verifier.run('erased', receipt, end!, ...both)).words).toContain('Gone: its sender took it back');
      for (const one of [old!, present!]) expect((await verifier.run('erased', receipt, end!, '--key', one.key)).status).toBe(1);
      const [from, to] = [headThen, headNow].map((note) => note.split('\n')[1]);
      const grown = await verifier.file((await get(second, `/v1/log/consistency?from=${from}&to=${to}`))!);
      expect((await verifier.run('consistency', then!, now!, grown, ...both)).status).toBe(0);
      expect((await verifier.run('audit', second.url, ...both, '--old', then!, '--receipt', receipt)).status).toBe(0);
    } finally {
      await first.flits.stop();
      await second?.flits.stop();
      await first.stop();
      await verifier.remove();
    }
  });
});

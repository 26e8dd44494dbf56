import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import { HourCloser } from '../../src/features/expiry/index.js';
import { OpeningService } from '../../src/features/snaps/opening.service.js';
import { SentService } from '../../src/features/snaps/sent.service.js';
import { SnapsEraser } from '../../src/features/snaps/snaps.eraser.js';
import { Fault } from '../../src/platform/faults/index.js';
import { TestFlits } from '../support/flits.js';
import { Person } from '../support/person.js';

jest.setTimeout(180_000);

/** Hundreds in `npm run test:services`; as many as fit into a few seconds in `npm test`. */
const RUNS = process.env.TEST_SERVICES ? 200 : 15;
const LIFE_SECONDS = 60;
const acts = ['open', 'unsend', 'end_account', 'expire', 'sweep'] as const;
type Act = (typeof acts)[number];

interface Snap {
  readonly id: string;
  readonly commitment: string;
  readonly label: number;
  /** Seconds on the test's clock. */
  readonly overAt: number;
  /** Somebody's wish to end it was acknowledged. */
  isEnded: boolean;
  opens: number;
}

interface Model {
  readonly snaps: Snap[];
}

interface Real {
  readonly flits: TestFlits;
  readonly anna: Person;
  readonly ben: Person;
  /** Every snap of every run. */
  readonly all: Snap[];
  /** Seconds that the database's clock is ahead when a run begins. */
  readonly base: number;
  /** Seconds that it is ahead of that. */
  now: number;
}

const isOver = (snap: Snap, real: Real): boolean => real.now >= snap.overAt;

class Send implements fc.AsyncCommand<Model, Real> {
  check = (): boolean => true;

  async run(model: Model, { anna, ben, all, now }: Real): Promise<void> {
    const { id, receipt } = await anna.sendText('look', [ben], { view: { mode: 'once' }, ttl_seconds: LIFE_SECONDS });
    const label = Date.parse(receipt!.label);
    const snap: Snap = { id, commitment: receipt!.commitment, label, overAt: now + LIFE_SECONDS, isEnded: false, opens: 0 };
    model.snaps.push(snap);
    all.push(snap);
  }

  toString = (): string => 'send';
}

/** Things that happen to one snap at the same time; then what people can see is compared with the model. */
class Together implements fc.AsyncCommand<Model, Real> {
  constructor(
    private readonly at: number,
    private readonly acts: readonly Act[],
  ) {
    // Time passes once, however many wish for it.
    this.acts = acts.filter((act, n) => act !== 'expire' || acts.indexOf(act) === n);
  }

  check = ({ snaps }: Readonly<Model>): boolean => snaps.length > 0;

  async run({ snaps }: Model, real: Real): Promise<void> {
    const snap = snaps[this.at % snaps.length]!;
    const wasOver = snap.isEnded || isOver(snap, real);
    const outcomes = await Promise.all(this.acts.map((act) => perform(act, snap, real)));
    const granted = outcomes.filter((outcome) => outcome === 'granted').length;
    // late: nothing is handed out once an end was acknowledged or the deadline is past.
    if (wasOver) expect({ late: granted }).toEqual({ late: 0 });
    snap.opens += granted;
    // duplicate: granted once, whoever asks at the same time.
    expect({ duplicate: snap.opens > 1 }).toEqual({ duplicate: false });
    snap.isEnded ||= outcomes.some((outcome) => outcome === 'unsend' || outcome === 'end_account');
    const listed = (await real.ben.inbox()).some(({ snap_id }) => snap_id === snap.id);
    if (snap.isEnded || isOver(snap, real)) {
      expect({ late: listed }).toEqual({ late: false });
      expect({ late: await perform('open', snap, real) }).not.toEqual({ late: 'granted' });
    }
    if (!snap.isEnded && !isOver(snap, real) && snap.opens === 0) expect({ lost: !listed }).toEqual({ lost: false });
  }

  toString = (): string => `${this.acts.join(' ∥ ')} of ${this.at}`;
}

/** @returns what came of it: the verdict of an open, the code of a refusal */
async function perform(act: Act, { id, overAt }: Snap, real: Real): Promise<string> {
  const { flits, anna, ben } = real;
  const get = <T>(type: abstract new (...args: never[]) => T): T => flits.flits.app.get(type, { strict: false });
  try {
    switch (act) {
      case 'open': {
        const one = {
          snapId: id,
          recipientId: ben.id,
          deviceId: randomUUID(),
          macs: { keyMac: Buffer.from(randomUUID()), bodyMac: Buffer.of(0) },
          replay: false,
        };
        return (await get(OpeningService).open(one)).row.verdict;
      }
      case 'unsend':
        await get(SentService).unsend(id, anna.id);
        return act;
      case 'end_account': {
        // What the end of Anna's account does to her snaps; she herself has more to send.
        const eraser = get(SnapsEraser);
        return await flits.platform.database.transaction(async (tx) => {
          const living = await eraser.lockAll(tx, [id]);
          await eraser.erase(tx, living, 'account_ended');
          return living.length > 0 ? act : 'nothing left';
        });
      }
      case 'expire':
        real.now = Math.max(real.now, overAt);
        await flits.shiftClock(real.base + real.now);
        return act;
      case 'sweep':
        await flits.sweep();
        return act;
    }
  } catch (error) {
    if (error instanceof Fault) return error.code;
    throw error;
  }
}

const together = (most: number) =>
  fc.tuple(fc.nat(1), fc.array(fc.constantFrom(...acts), { minLength: 1, maxLength: most })).map(([at, some]) => new Together(at, some));
// One after the other, a few at once, and everything at once.
const commands = [fc.constant(new Send()), together(1), together(2), together(5)];

describe('unsend ∥ open ∥ expiry ∥ the end of the account, against a model', () => {
  let real: Real;
  const all: Snap[] = [];

  beforeAll(async () => {
    // Each run begins where the one before began: an hour that was closed in between could take no send.
    const flits = await TestFlits.startAwayFromHourEnd();
    const [anna, ben] = await Person.friends(flits.url);
    real = { flits, anna, ben, all, base: flits.shift, now: 0 };
  });
  afterAll(() => real.flits.stop());

  const endings = async ({ commitment, label }: Snap): Promise<string[]> =>
    (
      await real.flits.query<{ leaf: string }>(
        `SELECT leaf FROM ledger_outbox WHERE (subject = decode($1, 'hex') AND leaf LIKE 'ERASE%') OR leaf LIKE $2`,
        [commitment, `HOUR v1 | ${label} |%`],
      )
    ).map(({ leaf }) => leaf.split(' ')[0]!);

  it('lost, late, ghost and duplicate 0 in any order; one ERASE at most', async () => {
    const seed = Number(process.env.FC_SEED ?? Date.now() % 2 ** 31);
    process.stdout.write(`fast-check seed ${seed} (FC_SEED)\n`);
    await fc.assert(
      fc.asyncProperty(fc.commands(commands, { maxCommands: 15, size: 'max' }), async (some) => {
        real.now = 0;
        await real.flits.shiftClock(real.base);
        const model: Model = { snaps: [] };
        await fc.asyncModelRun(() => ({ model, real }), [new Send(), ...some]);
        // ghost: nothing is listed that was not sent.
        const sent = new Set(all.map(({ id }) => id));
        expect((await real.ben.inbox()).filter(({ snap_id }) => !sent.has(snap_id))).toEqual([]);
      }),
      { numRuns: RUNS, seed, endOnFailure: Boolean(process.env.FC_SEED) },
    );
  });

  it('unerased 0: past its hour each has exactly one ending in the log, or the HOUR that covers it', async () => {
    const last = Math.max(...all.map(({ label }) => label));
    await real.flits.shiftClock(Math.ceil((last - Date.now()) / 1000) + 1);
    await real.flits.sweep();
    await real.flits.flits.app.get(HourCloser, { strict: false }).closeDue();
    for (const snap of all) {
      const leaves = await endings(snap);
      expect([snap, leaves.filter((kind) => kind === 'HOUR')]).toEqual([snap, ['HOUR']]);
      expect(leaves.filter((kind) => kind === 'ERASE').length).toBeLessThanOrEqual(1);
      if (snap.isEnded && snap.opens === 0) expect([snap, leaves.includes('ERASE')]).toEqual([snap, true]);
    }
    expect(await real.flits.objectNames()).toEqual([]);
    const [owed] = await real.flits.query<{ n: number }>('SELECT count(*)::int AS n FROM erasures_owed');
    expect(owed?.n).toBe(0);
  });
});

import fc from 'fast-check';
import { OpeningService } from '../../src/features/snaps/opening.service.js';
import { Screenshots } from '../../src/features/snaps/screenshots.js';
import { SentService } from '../../src/features/snaps/sent.service.js';
import { ViewingService } from '../../src/features/snaps/viewing.service.js';
import { Fault } from '../../src/platform/faults/index.js';
import { TestFlits } from '../support/flits.js';
import { Person } from '../support/person.js';
import { ViewModel } from '../support/view-model.js';

const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      op: fc.constant('open' as const),
      device: fc.constantFrom(0, 0, 0, 1),
      key: fc.constantFrom(0, 0, 0, 1),
      isReplay: fc.boolean(),
    }),
  },
  { weight: 3, arbitrary: fc.constant({ op: 'close' as const }) },
  { weight: 3, arbitrary: fc.record({ op: fc.constant('advance' as const), seconds: fc.constantFrom(20, 200, 320, 420, 700) }) },
  { weight: 1, arbitrary: fc.constant({ op: 'screenshot' as const }) },
);
const REFUSALS: Partial<Record<string, string>> = { already_opened: 'snap_already_opened', key_reused: 'idempotency_key_reused' };
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

describe('R3, R10: a view-once against a model', () => {
  let flits: TestFlits;
  let anna: Person;
  let ben: Person;
  const devices = ['11111111-1111-4111-8111-111111111111', '22222222-2222-4222-8222-222222222222'];
  const get = <T>(type: abstract new (...args: never[]) => T): T => flits.flits.app.get(type, { strict: false });

  beforeAll(async () => {
    flits = await TestFlits.start();
    [anna, ben] = await Person.friends(flits.url);
  });
  afterAll(() => flits.stop());

  /** How an open came out, as the recipient can tell. */
  async function open(snapId: string, { device, key, isReplay }: Extract<Step, { op: 'open' }>): Promise<string> {
    try {
      const opened = await get(OpeningService).open({
        ...{ snapId, recipientId: ben.id, deviceId: devices[device]!, replay: isReplay },
        macs: { keyMac: Buffer.alloc(32, key), bodyMac: Buffer.alloc(32, Number(isReplay)) },
      });
      expect(opened.words.text).toBe('look');
      return opened.row.verdict;
    } catch (error) {
      if (error instanceof Fault) return error.code;
      throw error;
    }
  }

  it('grants, resumes, replays and refuses as it; the sender sees the same states; gone when all is over, and not before', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 14 }), fc.nat(1), fc.boolean(), async (steps, replays, tells) => {
        await flits.shiftClock(0);
        await flits.query('UPDATE people SET opened_receipts = $2 WHERE id = $1', [ben.id, tells]);
        const { id } = await anna.sendText('look', [ben], { view: { mode: 'once', replays } });
        const model = new ViewModel(replays, tells);
        for (const one of steps) {
          if (one.op === 'open') {
            const wanted = model.open(one.device, one.key, one.isReplay);
            expect([one, await open(id, one)]).toEqual([one, REFUSALS[wanted] ?? wanted]);
          } else if (one.op === 'close') {
            model.close();
            await get(ViewingService).close(id, ben.id);
          } else if (one.op === 'screenshot') {
            model.screenshot();
            await get(Screenshots).report(id, ben.id);
          } else {
            model.advance(one.seconds);
            await flits.shiftClock(model.now);
            model.sweep();
            await flits.sweep();
          }
          const [delivery] = await get(SentService).deliveries(id);
          const snap = await get(SentService).find(id, anna.id);
          expect([one, delivery?.state, snap?.state]).toEqual([one, model.state, model.isErased ? 'erased' : 'sent']);
        }
      }),
      { numRuns: Number(process.env.VIEW_RUNS ?? 15) },
    );
  }, 120_000);
});

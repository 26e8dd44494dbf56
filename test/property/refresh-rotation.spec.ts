import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { RefreshTokens } from '../../src/features/people/refresh-tokens.js';
import { SessionsService } from '../../src/features/people/sessions.service.js';
import { Fault } from '../../src/platform/faults/index.js';
import { TestFlits } from '../support/flits.js';
import { Person } from '../support/person.js';

/** R39 as a model: one session on a real database, its tokens numbered by generation. */
describe('R39: refresh rotation', () => {
  let flits: TestFlits;
  let anna: Person;
  let sessions: SessionsService;
  let tokens: RefreshTokens;
  beforeAll(async () => {
    flits = await TestFlits.start();
    anna = await Person.signUp(flits.url);
    sessions = flits.flits.app.get(SessionsService, { strict: false });
    tokens = flits.flits.app.get(RefreshTokens, { strict: false });
  });
  afterAll(() => flits.stop());

  async function freshSession(): Promise<string> {
    const id = randomUUID();
    await flits.query(`INSERT INTO devices (id, person_id, name) VALUES ($1, $2, 'x')`, [id, anna.id]);
    return id;
  }

  async function use(deviceId: string, generation: number): Promise<number | 'session_ended'> {
    try {
      const { refreshToken } = await sessions.refresh(tokens.make({ deviceId, generation }));
      return tokens.read(refreshToken)?.generation ?? NaN;
    } catch (error) {
      if (error instanceof Fault && error.code === 'session_ended') return error.code;
      throw error;
    }
  }

  it('whoever uses whichever of the tokens given so far, in whatever order: as the model has it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat({ max: 6 }), { minLength: 1, maxLength: 14 }), async (picks) => {
        const deviceId = await freshSession();
        let used = 0; // the highest generation that was used
        let isAlive = true;
        for (const pick of picks) {
          const generation = 1 + (pick % (used + 1)); // any that was given: 1 … used + 1
          const answer = await use(deviceId, generation);
          if (isAlive && generation >= used) {
            expect(answer).toBe(generation + 1);
            used = generation;
          } else {
            expect(answer).toBe('session_ended');
            isAlive = false;
          }
        }
        const [row] = await flits.query<{ alive: boolean }>('SELECT ended_at IS NULL AS alive FROM devices WHERE id = $1', [deviceId]);
        expect(row?.alive).toBe(isAlive);
      }),
      { numRuns: 30 },
    );
  });

  it('a phone that loses any number of answers, and asks twice at once, stays signed in', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom('arrives', 'is lost', 'twice'), { maxLength: 14 }), async (answers) => {
        const deviceId = await freshSession();
        let mine = 1;
        for (const how of answers) {
          const given = await Promise.all(how === 'twice' ? [use(deviceId, mine), use(deviceId, mine)] : [use(deviceId, mine)]);
          expect(given).toEqual(given.map(() => mine + 1));
          if (how !== 'is lost') mine += 1;
        }
      }),
      { numRuns: 20 },
    );
  });

  it('a thief and the owner cannot both go on: once either has used a successor, the other one’s token ends the session', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 4 }), async (stolenAt, ahead) => {
        const deviceId = await freshSession();
        for (let generation = 1; generation <= stolenAt + ahead; generation += 1) await use(deviceId, generation);
        expect(await use(deviceId, stolenAt)).toBe('session_ended');
        expect(await use(deviceId, stolenAt + ahead + 1)).toBe('session_ended');
      }),
      { numRuns: 20 },
    );
  });
});

import { Fault } from '../../platform/faults/index.js';
import { Random } from '../../platform/ids/index.js';
import { Passwords } from './passwords.js';

describe('passwords', () => {
  const passwords = new Passwords(new Random());
  beforeAll(() => passwords.onModuleInit());

  it('are known again, and no other', async () => {
    const hash = await passwords.hash('tuesday lamp orbit');
    expect(await passwords.verify(hash, 'tuesday lamp orbit')).toBe(true);
    expect(await passwords.verify(hash, 'tuesday lamp orbi')).toBe(false);
    expect(await passwords.hash('tuesday lamp orbit')).not.toBe(hash);
  });

  it('R36: nobody’s password is wrong, and takes the work of a real one to find out', async () => {
    const hash = await passwords.hash('tuesday lamp orbit');
    const cpu = async (given: string | undefined) => {
      const before = process.cpuUsage();
      expect(await passwords.verify(given, 'wrong')).toBe(false);
      const { user, system } = process.cpuUsage(before);
      return user + system;
    };
    const real: number[] = [];
    const nobody: number[] = [];
    for (let n = 0; n < 9; n += 1) {
      real.push(await cpu(hash));
      nobody.push(await cpu(undefined));
    }
    // Without the work it would be a thousandth.
    expect(median(nobody)).toBeGreaterThan(median(real) / 4);
  });

  it('are hashed a few at a time; of a flood the rest is turned away at once instead of queued for ever', async () => {
    const answers: string[] = [];
    await Promise.all(Array.from({ length: 200 }, async () => answers.push(await attempt(passwords))));
    const refused = answers.filter((answer) => answer === 'unavailable').length;
    expect(refused).toBeGreaterThanOrEqual(148);
    expect(refused).toBeLessThanOrEqual(152);
    expect(answers.slice(0, refused)).toEqual(Array(refused).fill('unavailable'));
  });
});

async function attempt(passwords: Passwords): Promise<string> {
  try {
    await passwords.verify(undefined, 'wrong');
    return 'done';
  } catch (error) {
    if (error instanceof Fault) return error.code;
    throw error;
  }
}

function median(numbers: number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
}

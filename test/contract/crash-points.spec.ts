import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { crashPoints } from '../../src/platform/observability/index.js';

const root = join(__dirname, '../..');

/** Every TypeScript file below a folder, as one text each. */
function textsOf(folder: string, isWanted: (file: string) => boolean): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && isWanted(file))
    .map((file) => readFileSync(join(root, folder, file), 'utf8'));
}

describe('crash points', () => {
  const sources = textsOf('src', (file) => !file.endsWith('.spec.ts')).join('\n');
  const suites = [...textsOf('test/faults', () => true), ...textsOf('test/integration', () => true)].join('\n');

  it.each(crashPoints)('%s lies on the way of the code, and a suite dies there', (point) => {
    expect(sources).toContain(`crashPoint('${point}')`);
    expect(suites).toContain(`'${point}'`);
  });

  it('has no name that is not in the list', () => {
    const used = [...sources.matchAll(/crashPoint\('(\w+)'\)/g)].map(([, name]) => name);
    expect(used.filter((name) => !(crashPoints as readonly (string | undefined)[]).includes(name))).toEqual([]);
  });
});

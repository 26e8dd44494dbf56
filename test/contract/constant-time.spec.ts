import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { readProjectFile, root } from '../support/project-file.js';

describe('R62: secrets are compared in constant time', () => {
  const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))
    .map((file) => `src/${file}`);
  const comparing = files.filter((file) => /(?<!function )\bsameBytes\(/.test(readProjectFile(file)));

  it('any other comparison in the place of one that is there is refused by the lint rules', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, ['test/support/lint-comparisons.mjs', ...comparing], { cwd: root });
    const { found, passed } = JSON.parse(stdout) as { found: number; passed: object[] };
    expect(passed).toEqual([]);
    expect(found).toBeGreaterThanOrEqual(comparing.length);
  });

  it('what checks what people bring is among them', () => {
    // Refresh tokens, recovery codes, export links, links of the folder store, franking tags, idempotency keys.
    expect(comparing).toEqual(
      expect.arrayContaining([
        'src/features/people/exports.service.ts',
        'src/features/people/recovery-codes.ts',
        'src/features/people/refresh-tokens.ts',
        'src/features/snaps/reportables.ts',
        'src/platform/http/idempotency.ts',
        'src/platform/storage/folder-urls.ts',
      ]),
    );
  });
});

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readProjectFile } from '../support/project-file.js';

describe('what derives from the master key', () => {
  const files = readdirSync(join(__dirname, '../../src'), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const purposes = files
    .filter((file) => !file.endsWith('.spec.ts'))
    .flatMap((file) => [...readProjectFile(`src/${file}`).matchAll(/\.derive\('([^']+)'/g)].map(([, purpose = '']) => purpose));
  const documented = [...readProjectFile('docs/key-vault.md').matchAll(/^\| `([a-z ]+ v\d+)`/gm)].map(([, purpose = '']) => purpose);

  it('is derived for one purpose in one place', () => {
    expect(purposes.length).toBeGreaterThan(5);
    expect(purposes.filter((purpose, at) => purposes.indexOf(purpose) !== at)).toEqual([]);
  });

  it('is in docs/key-vault.md with what a rotation does to it, and nothing else is', () => {
    expect(documented.toSorted()).toEqual(purposes.toSorted());
  });
});

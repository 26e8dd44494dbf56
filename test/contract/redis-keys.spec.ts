import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { erasables } from '../../src/app/erasables.js';
import { limits } from '../../src/platform/limits/limits.table.js';
import { queues } from '../../src/platform/queue/queues.js';
import { readProjectFile } from '../support/project-file.js';

/** Names that are no keys: a channel, and metadata of Nest. */
const NO_KEYS = ['flits:admin-roles', 'flits:hints', 'flits:needs-disk', 'flits:public', 'flits:limits'];
const prefixes = ['{flits}', 'flits:limit'];

describe('R27: keys that code can make in Redis', () => {
  it.each([
    ...Object.keys(queues).map((queue) => `{flits}:${queue}:wait`),
    ...Object.keys(limits).map((limit) => `flits:limit:${limit}:0123abcd`),
  ])('%s has an owner and a rule', (key) => {
    expect(erasables.ruleOfRedisKey(key)?.goes).toBe('after its time');
  });

  it('a prefix that nobody thought of here is found in the source', () => {
    const files = readdirSync(join(__dirname, '../../src'), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.includes('.spec.') && !file.endsWith('.erasable.ts'))
      .map((file) => readProjectFile(`src/${file}`));
    const used = files.flatMap((text) => [...text.matchAll(/['`](\{flits\}|flits:[a-z-]+)/g)].map(([, name = '']) => name));
    expect(used).toEqual(expect.arrayContaining(prefixes));
    expect([...new Set(used)].filter((name) => !NO_KEYS.includes(name) && !prefixes.includes(name))).toEqual([]);
  });
});

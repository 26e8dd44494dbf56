import { execFile, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { TestFlits } from '../support/flits.js';
import { Person, call } from '../support/person.js';
import { readProjectFile } from '../support/project-file.js';
import { Staff } from '../support/staff.js';

const run = promisify(execFile);
/** A machine with Node alone may have neither. */
const itByCurl = spawnSync('bash', ['-c', 'command -v curl']).status === 0 ? it : it.skip;

/** Of jq only what the page needs, so that it can be replayed where jq is not. */
const JQ = `jq() { node -e '
  const path = process.argv.at(-1).match(/[a-z_]+|\\d+/g);
  let value = JSON.parse(require("fs").readFileSync(0, "utf8"));
  for (const key of path) value = value?.[key];
  console.log(typeof value === "string" ? value : JSON.stringify(value));
' -- "$@"; }`;

/** Commands of docs/moderation.md, by the heading they stand under. */
function commandsUnder(heading: string): string[] {
  const section = readProjectFile('docs/moderation.md').split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  return [...section.matchAll(/```sh\n(.*?)```/gs)].map(([, commands = '']) => commands);
}

describe('docs/moderation.md, as it is written', () => {
  let flits: TestFlits;
  let staff: Staff;

  beforeAll(async () => {
    flits = await TestFlits.start({}, { limitScale: 1 });
    staff = await Staff.of(flits);
  });
  afterAll(() => flits.stop());

  itByCurl('a report goes from its arrival to its decision, by curl', async () => {
    const [anna, ben] = await Person.friends(flits.url);
    const { id: snapId } = await anna.sendText('a threat', [ben]);
    const filed = await ben.request<{ id: string }>('POST', '/v1/reports', {
      key: randomUUID(),
      body: { snap_id: snapId, reason: 'threat' },
    });
    const { name, password, code } = await staff.hire('moderator');
    const [, signIn = ''] = commandsUnder('Accounts');
    const [report = ''] = commandsUnder('A report');
    const [hold = ''] = commandsUnder('Keeping longer');
    const script = [JQ, 'set -eu', signIn, 'echo "token ${#TOKEN}"', report, hold]
      .join('\n')
      .replace('http://127.0.0.1:3001', staff.url)
      .replace('"name":"mira","password":"…","code":"123456"', `"name":"${name}","password":"${password}","code":"${code}"`)
      .replace('ID=…', `ID=${filed.body.id}`)
      // A text has no picture.
      .replace(/^.*copy\.jpg\n/m, '');
    const { stdout } = await run('bash', ['-c', script]);
    expect(stdout).toContain(`token ${'flits-admin-'.length + 43}`);
    expect(stdout).toContain('"text":"a threat"');
    expect(stdout).toContain('"outcome":"suspended"');
    expect(stdout).toContain('"state":"asked"');
    const decided = await ben.nextEvent('report.decided');
    expect(decided.data).toMatchObject({ report_id: filed.body.id, outcome: 'suspended' });
  });

  it('R56: guessing a password or a code is limited, by name and by address, and says when to go on', async () => {
    const { name } = await staff.hire('support');
    const statuses: number[] = [];
    let last: Awaited<ReturnType<typeof call>> | undefined;
    for (let guess = 0; guess < 25 && last?.status !== 429; guess += 1) {
      last = await call(staff.url, 'POST', '/admin/v1/sessions', {
        body: { name, password: 'guess', code: String(guess).padStart(6, '0') },
      });
      statuses.push(last.status);
    }
    expect(last).toMatchObject({ status: 429, body: { code: 'rate_limited' } });
    expect(Number(last?.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(statuses.length).toBeLessThanOrEqual(21);
    expect(statuses.slice(0, -1).every((status) => status === 401)).toBe(true);
  });
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const AUDIT = join(__dirname, '../../scripts/audit.mjs');

describe('R61: npm run audit', () => {
  /** npm keeps what it makes of an advisory. */
  const cache = mkdtempSync(join(tmpdir(), 'flits-audit-'));
  let registry: Server;
  /** What the registry knows of packages; without it, it answers as one that has no advisories does. */
  let advisories: object | undefined;

  beforeAll(async () => {
    registry = createServer((request, response) => {
      request.resume();
      const isBulk = request.url === '/-/npm/v1/security/advisories/bulk';
      response.writeHead(isBulk ? (advisories ? 200 : 405) : 404, { 'content-type': 'application/json' });
      response.end(JSON.stringify(isBulk ? advisories : {}));
    });
    registry.listen(0, '127.0.0.1');
    await once(registry, 'listening');
  });
  afterAll(() => {
    registry.close();
    rmSync(cache, { recursive: true, force: true });
  });

  let ids = 0;
  const advisory = (severity: string) => [
    { id: (ids += 1), url: 'https://example.org/1', title: 'x', severity, vulnerable_versions: '*', cwe: [], cvss: { score: 0 } },
  ];

  async function audit(): Promise<{ code: number; said: string }> {
    const { port } = registry.address() as AddressInfo;
    const child = spawn(process.execPath, [AUDIT, `--registry=http://127.0.0.1:${port}/`, `--cache=${cache}`], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const [code] = (await once(child, 'close')) as [number];
    return { code, said };
  }

  it.each([
    ['nothing known', {}, 0, '0 known'],
    ['something low', { ws: advisory('low') }, 0, 'low: ws'],
    ['something high', { ws: advisory('high') }, 1, 'high: ws'],
    ['something critical that comes in through another package', { semver: advisory('critical') }, 1, 'critical: semver'],
    ['something high in a tool of development alone', { jest: advisory('high') }, 0, '0 known'],
    ['a registry without advisories', undefined, 0, 'nothing was audited'],
  ])('with %s', async (_, known, code, words) => {
    advisories = known;
    const answer = await audit();
    expect(answer).toEqual({ code, said: expect.stringContaining(words) as string });
  });
});

import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeEmbeddedPostgres } from '../../src/embedded/index.js';
import { freePort } from '../support/free-port.js';
import { FlitsProcess } from '../support/flits-process.js';
import { Person } from '../support/person.js';
import { until } from '../support/until.js';

jest.setTimeout(180_000); // Four processes are started one after the other, each with the patience of FlitsProcess.

/** As `npm start` runs it on a laptop: nothing configured, everything embedded. Needs no service. */
describe('a laptop', () => {
  let folder: string;
  let flits: FlitsProcess;

  beforeAll(() => FlitsProcess.build());
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'flits-laptop-'));
    await chmod(folder, 0o711); // for the user whom PostgreSQL runs as
    const [PORT, ADMIN_PORT] = await Promise.all([freePort(), freePort()]);
    flits = new FlitsProcess({
      PORT: String(PORT),
      ADMIN_PORT: String(ADMIN_PORT),
      FLITS_DATA: join(folder, 'data'),
      SNAP_TTL_SECONDS: '43200',
    });
  });
  afterEach(async () => {
    await flits.kill('SIGTERM');
    await removeEmbeddedPostgres({ folder: join(folder, 'data/postgres'), log: { info: () => undefined, warn: () => undefined } });
    await rm(folder, { recursive: true, force: true });
  });

  it('started again after kill -9, it has what it had; the port taken or the folder in use are said in words', async () => {
    await flits.start();
    await until('a word of welcome', () => flits.output.includes('npm run demo'));
    const [anna, ben] = await Person.friends(flits.url);
    const { id } = await anna.sendText('still here', [ben]);

    const taken = flits.beside({ FLITS_DATA: join(folder, 'other'), ADMIN_PORT: String(await freePort()) });
    expect(await taken.fail()).toMatch(/Port \d+ is taken.*PORT=\d+ npm start/s);
    await removeEmbeddedPostgres({ folder: join(folder, 'other/postgres'), log: { info: () => undefined, warn: () => undefined } });
    const inUse = flits.beside({ PORT: String(await freePort()), ADMIN_PORT: String(await freePort()) });
    expect(await inUse.fail()).toMatch(/in use by another Flits/);

    await flits.kill();
    await flits.start();
    expect((await ben.open(id)).body.text).toBe('still here');
    expect(await flits.kill('SIGTERM')).toBe(0);
  });
});

import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeEmbeddedPostgres, startEmbeddedPostgres, type EmbeddedPostgres } from '../../src/embedded/index.js';
import { readPostmasterPid } from '../../src/embedded/postmaster-pid.js';
import type { Secret } from '../../src/platform/config/index.js';
import { migrate } from '../../src/platform/database/index.js';

const log = { info: () => undefined, warn: () => undefined };

/** A PostgreSQL of a test's own, migrated, to be killed: what is committed survives that, as in production. */
export class OwnPostgres {
  private constructor(
    private readonly folder: string,
    private readonly postgres: EmbeddedPostgres,
  ) {}

  static async start(): Promise<OwnPostgres> {
    const home = await mkdtemp(join(tmpdir(), 'flits-own-postgres-'));
    await chmod(home, 0o711); // for the user whom PostgreSQL runs as
    const folder = join(home, 'postgres');
    const postgres = await startEmbeddedPostgres({ folder, log });
    await migrate(postgres);
    return new OwnPostgres(home, postgres);
  }

  get appUrl(): Secret {
    return this.postgres.appUrl;
  }

  get ownerUrl(): Secret {
    return this.postgres.ownerUrl;
  }

  /** -9. It is started again, on the same port, as soon as it is seen to be gone. */
  async kill(): Promise<void> {
    const running = await readPostmasterPid(join(this.folder, 'postgres/data'));
    if (!running) throw new Error('there is no PostgreSQL to kill');
    process.kill(running.pid, 'SIGKILL');
  }

  async stop(): Promise<void> {
    await this.postgres.stop();
    await removeEmbeddedPostgres({ folder: join(this.folder, 'postgres'), log });
    await rm(this.folder, { recursive: true, force: true });
  }
}

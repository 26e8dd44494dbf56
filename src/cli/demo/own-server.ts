import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Flits } from '../../app/flits.js';
import { loadConfig } from '../../platform/config/index.js';
import { quietLog } from '../reach.js';

/** Long enough for the story before the deadline on a busy machine, short enough to be waited for. */
const LIFE_SECONDS = 15;

/** A Flits for as long as the demo plays: embedded services, a folder of its own, lives of seconds. Nothing of it is left. */
export class OwnServer {
  private constructor(
    readonly url: string,
    readonly folder: string,
    private readonly flits: Flits,
    private readonly home: string,
  ) {}

  static async start(environment: NodeJS.ProcessEnv): Promise<OwnServer> {
    const home = await mkdtemp(join(tmpdir(), 'flits-demo-'));
    await chmod(home, 0o711); // for the user whom PostgreSQL runs as
    const folder = join(home, 'data');
    const [port, adminPort] = await freePorts();
    const config = loadConfig({
      PORT: String(port),
      ADMIN_PORT: String(adminPort),
      FLITS_DATA: folder,
      FLITS_VAULT: join(home, 'vault'),
      SNAP_TTL_SECONDS: String(LIFE_SECONDS),
      BUCKET_SECONDS: '1',
      MIN_AGE: '0',
    });
    try {
      const flits = await Flits.start(config, { log: quietLog(environment) });
      return new OwnServer(config.PUBLIC_URL, folder, flits, home);
    } catch (error) {
      await rm(home, { recursive: true, force: true });
      throw error;
    }
  }

  async stop(): Promise<void> {
    await this.flits.stop();
    await rm(this.home, { recursive: true, force: true });
  }
}

/** Two that differ: both are held until both are known. */
async function freePorts(): Promise<[number, number]> {
  const servers = [createServer(), createServer()] as const;
  const ports = await Promise.all(
    servers.map(async (server) => {
      await once(server.listen(0, '127.0.0.1'), 'listening');
      return (server.address() as AddressInfo).port;
    }),
  );
  for (const server of servers) server.close();
  return ports as [number, number];
}

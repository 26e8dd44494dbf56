import { execFile } from 'node:child_process';
import { createECDH } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { PushOutcome } from '../../src/features/notifications/notifier.js';
import { makeCertificate } from '../support/certificate.js';
import type { PushTask } from '../support/push-process.js';
import { PushService } from '../support/push-service.js';

const root = join(__dirname, '../..');
const loader = pathToFileURL(join(root, 'scripts/lib/typescript.mjs')).href;

/** As every push service in the world is reached; the others of these tests are plain http on this machine. */
describe('wake-ups over TLS', () => {
  const vapid = createECDH('prime256v1');
  vapid.generateKeys();
  let folder: string;
  let service: PushService;
  let certificateFile: string;

  const wake = async (origin: string, trusted?: string): Promise<PushOutcome> => {
    const task: PushTask = {
      subscription: service.subscribe(origin),
      allowed: [`localhost:${service.port}`, `127.0.0.1:${service.port}`],
      vapidPrivateKey: vapid.getPrivateKey('base64'),
    };
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--import', loader, join(root, 'test/support/push-process.ts'), JSON.stringify(task)],
      { env: { PATH: process.env.PATH, ...(trusted !== undefined && { NODE_EXTRA_CA_CERTS: trusted }) } },
    );
    return JSON.parse(stdout) as PushOutcome;
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'flits-push-tls-'));
    const { TLS_CERT, TLS_KEY, certificate } = await makeCertificate(folder);
    certificateFile = TLS_CERT;
    service = await PushService.start({ cert: certificate, key: await readFile(TLS_KEY, 'utf8') });
  });
  afterAll(async () => {
    await service.stop();
    await rm(folder, { recursive: true });
  });

  it('R32: arrive at a service whose certificate is trusted: empty, and signed for that service', async () => {
    expect(await wake(service.origin, certificateFile)).toEqual({ kind: 'sent' });
    const [push] = service.got.splice(0);
    expect(service.decrypt(push!)).toHaveLength(0);
    expect(service.vapid(push!, vapid.getPublicKey('base64url')).aud).toBe(service.origin);
  });

  it('do not go where nobody vouches for the certificate, or it is for another name', async () => {
    const unreachable = { kind: 'later', why: 'unreachable' };
    expect(await wake(service.origin)).toEqual(unreachable);
    expect(await wake(`https://127.0.0.1:${service.port}`, certificateFile)).toEqual(unreachable);
    expect(service.got).toEqual([]);
  });
});

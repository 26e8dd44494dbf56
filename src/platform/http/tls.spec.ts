import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeCertificate } from '../../../test/support/certificate.js';
import { readTls } from './tls.js';

describe('TLS by certificate files', () => {
  let folder: string;
  const PUBLIC_URL = 'https://localhost:3000';
  const file = (name: string, content: string) => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'flits-tls-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('reads both, and says until when and for whom', async () => {
    const files = await makeCertificate(folder);
    const tls = readTls({ ...files, PUBLIC_URL });
    expect(tls).toMatchObject({ isForHost: true, cert: Buffer.from(files.certificate) });
    expect(readTls({ ...files, PUBLIC_URL: 'https://flits.example' })?.isForHost).toBe(false);
    expect(readTls({ TLS_CERT: undefined, TLS_KEY: undefined, PUBLIC_URL })).toBeUndefined();
  });

  it('says in words what is wrong with which, and nothing of what is in it', async () => {
    const { TLS_CERT, TLS_KEY } = await makeCertificate(folder);
    const { privateKey } = generateKeyPairSync('ed25519');
    const other = file('other.key', privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
    for (const [settings, words] of [
      [{ TLS_CERT: join(folder, 'none.pem'), TLS_KEY }, 'TLS_CERT cannot be read (ENOENT)'],
      [{ TLS_CERT, TLS_KEY: join(folder, 'none.key') }, 'TLS_KEY cannot be read (ENOENT)'],
      [{ TLS_CERT: file('words.pem', 'hunter2'), TLS_KEY }, 'TLS_CERT holds no certificate in PEM'],
      [{ TLS_CERT, TLS_KEY: file('words.key', 'hunter2') }, 'TLS_KEY holds no key in PEM'],
      [{ TLS_CERT, TLS_KEY: other }, 'TLS_KEY is not the key of TLS_CERT'],
    ] as const) {
      expect(() => readTls({ ...settings, PUBLIC_URL })).toThrow(words);
      expect(() => readTls({ ...settings, PUBLIC_URL })).not.toThrow('hunter2');
    }
  });
});

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generate } from 'selfsigned';

const DAY_MS = 86_400_000;

export interface CertificateFiles {
  readonly TLS_CERT: string;
  readonly TLS_KEY: string;
  /** What a client has to trust. */
  readonly certificate: string;
}

/** A certificate that vouches for itself, in files. @param days it is good from now on; negative: it has run out */
export async function makeCertificate(folder: string, { host = 'localhost', days = 30 } = {}): Promise<CertificateFiles> {
  const notAfterDate = new Date(Date.now() + days * DAY_MS);
  const { cert, private: key } = await generate([{ name: 'commonName', value: host }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate: new Date(Math.min(Date.now(), notAfterDate.getTime()) - DAY_MS),
    notAfterDate,
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: host }] }],
  });
  const [TLS_CERT, TLS_KEY] = [join(folder, `${host}.pem`), join(folder, `${host}.key`)];
  await writeFile(TLS_CERT, cert);
  await writeFile(TLS_KEY, key);
  return { TLS_CERT, TLS_KEY, certificate: cert };
}

import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { ConfigError, type Config } from '../config/index.js';

type TlsConfig = Pick<Config, 'TLS_CERT' | 'TLS_KEY' | 'PUBLIC_URL'>;

export interface Tls {
  readonly cert: Buffer;
  readonly key: Buffer;
  readonly validTo: Date;
  /** Whether it is one for the host of PUBLIC_URL. */
  readonly isForHost: boolean;
}

/** Certificate (chain) and key of the public port; undefined where a proxy does TLS. @throws ConfigError where they cannot be used */
export function readTls({ TLS_CERT: certFile, TLS_KEY: keyFile, PUBLIC_URL: url }: TlsConfig): Tls | undefined {
  if (!certFile || !keyFile) return undefined;
  const cert = read('TLS_CERT', certFile);
  const key = read('TLS_KEY', keyFile);
  const certificate = understand('TLS_CERT', 'holds no certificate in PEM', () => new X509Certificate(cert));
  const privateKey = understand('TLS_KEY', 'holds no key in PEM, or one with a passphrase', (): KeyObject => createPrivateKey(key));
  if (!certificate.checkPrivateKey(privateKey)) throw faulty('TLS_KEY', 'is not the key of TLS_CERT');
  const host = new URL(url).hostname;
  return { cert, key, validTo: new Date(certificate.validTo), isForHost: certificate.checkHost(host) !== undefined };
}

function read(variable: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw faulty(variable, `cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
}

function understand<T>(variable: string, message: string, parse: () => T): T {
  try {
    return parse();
  } catch {
    throw faulty(variable, message);
  }
}

function faulty(variable: string, message: string): ConfigError {
  return new ConfigError([{ variable, message }]);
}

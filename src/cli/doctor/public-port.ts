import { WallClock } from '../../platform/clock/index.js';
import { ConfigError } from '../../platform/config/index.js';
import { readTls } from '../../platform/http/index.js';
import { fail, ok, warn, type Examination, type Finding } from './finding.js';

const PART = 'public port';
const SOON_MS = 14 * 86_400_000;
const RENEW = 'Renew it, put the new files in place of TLS_CERT and TLS_KEY, and restart the processes one by one.';

/** TLS: who does it, and for how long it is good. */
export const publicPort: Examination = {
  part: PART,
  cure: 'Look at TLS_CERT and TLS_KEY.',
  async run({ config }) {
    if (config.ROLE === 'worker') return [];
    try {
      const tls = readTls(config);
      if (!tls) return [withoutOwn(config)];
      const leftMs = tls.validTo.getTime() - new WallClock().now();
      const until = tls.validTo.toISOString();
      if (leftMs <= 0) return [fail(PART, `The certificate has run out on ${until}.`, RENEW)];
      const { hostname } = new URL(config.PUBLIC_URL);
      if (!tls.isForHost)
        return [fail(PART, `The certificate is not one for ${hostname}.`, 'Set PUBLIC_URL to the name people use, or get one for it.')];
      if (leftMs < SOON_MS) return [warn(PART, `The certificate runs out on ${until}.`, RENEW)];
      return [ok(PART, `TLS by its own certificate, good until ${until}.`)];
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      const cure = 'Name files in PEM that this user may read, and that belong together.';
      return error.faults.map(({ variable, message }) => fail(PART, `${variable} ${message}.`, cure));
    }
  },
};

function withoutOwn({ PUBLIC_URL: url, TRUSTED_PROXIES: proxies }: { PUBLIC_URL: string; TRUSTED_PROXIES: readonly string[] }): Finding {
  if (url.startsWith('http:')) {
    return warn(
      PART,
      'No TLS: good for trying out on one machine alone.',
      'Set TLS_CERT and TLS_KEY, or a proxy before it; production insists.',
    );
  }
  if (proxies.length === 0) {
    const cure = 'Name its addresses in TRUSTED_PROXIES, else all people share one address and its rate limits.';
    return warn(PART, 'PUBLIC_URL is https by a proxy that is not named.', cure);
  }
  return ok(PART, `TLS by a proxy (${proxies.length} trusted).`);
}

import { createVerifier } from 'fast-jwt';
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { Clock } from '../../../platform/clock/index.js';
import { Secret, type Config } from '../../../platform/config/index.js';
import { Notifiers } from '../notifiers.js';
import { PushAddresses } from './push-addresses.js';
import { PushHttp } from './push-http.js';
import { Vapid } from './vapid.js';
import { WebPushNotifier } from './web-push.notifier.js';

class FakeClock extends Clock {
  at = 1_795_000_000_000;

  override now(): number {
    return this.at;
  }
}

const HOUR = 3_600_000;
const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const privateKey = new Secret(pair.privateKey.export({ format: 'jwk' }).d ?? '');

describe('Vapid', () => {
  const clock = new FakeClock();
  const vapid = new Vapid(privateKey, 'mailto:operator@example.net', clock);
  const pem = createPublicKey(pair.privateKey).export({ type: 'spki', format: 'pem' }).toString();
  const tokenFor = (origin: string) => /^vapid t=([^,]+), k=(.+)$/.exec(vapid.authorization(origin))?.[1] ?? '';
  const claims = (token: string) =>
    createVerifier({ key: pem, algorithms: ['ES256'], ignoreExpiration: true })(token) as Record<string, unknown>;

  it('tells a service who this server is, to that service alone, for at most a day', () => {
    const first = claims(tokenFor('https://push.example'));
    expect(first).toEqual({ aud: 'https://push.example', sub: 'mailto:operator@example.net', exp: (clock.now() + 12 * HOUR) / 1000 });
    expect(claims(tokenFor('https://other.example')).aud).toBe('https://other.example');
  });

  it('is signed once for many, and anew before it runs out', () => {
    const token = tokenFor('https://push.example');
    expect(tokenFor('https://push.example')).toBe(token);
    clock.at += 11 * HOUR;
    expect(tokenFor('https://push.example')).not.toBe(token);
  });

  it('says its public key as browsers want it', () => {
    const { x, y } = createPublicKey(pair.privateKey).export({ format: 'jwk' });
    const point = Buffer.concat([Buffer.of(4), Buffer.from(x ?? '', 'base64url'), Buffer.from(y ?? '', 'base64url')]);
    expect(vapid.publicKey).toBe(point.toString('base64url'));
  });
});

describe('WebPushNotifier', () => {
  const notifierOf = (config: Partial<Config>) => {
    const addresses = new PushAddresses([]);
    return new WebPushNotifier(
      { PUBLIC_URL: 'http://localhost', ...config } as Config,
      new FakeClock(),
      addresses,
      new PushHttp(addresses),
    );
  };

  it('without a key it is not there, and says so', () => {
    const notifier = notifierOf({});
    expect([notifier.isReady, notifier.publicKey]).toEqual([false, undefined]);
    expect(() => new Notifiers(notifier).ready('webpush')).toThrow('validation_failed');
  });

  it('with one it is', () => {
    const notifier = notifierOf({ VAPID_PRIVATE_KEY: privateKey });
    expect(new Notifiers(notifier).ready('webpush')).toBe(notifier);
    expect(Buffer.from(notifier.publicKey ?? '', 'base64url')).toHaveLength(65);
  });
});

import { createHmac } from 'node:crypto';
import { Clock } from '../../platform/clock/index.js';
import { Secret, type Config } from '../../platform/config/index.js';
import { MasterKeys } from '../../platform/crypto/index.js';
import { Fault } from '../../platform/faults/index.js';
import { AccessTokens } from './access-tokens.js';

class MovableClock extends Clock {
  time = Date.UTC(2026, 10, 20, 12);
  override now(): number {
    return this.time;
  }
}

const clock = new MovableClock();
const keys = new MasterKeys(new Secret(Buffer.alloc(32, 7).toString('base64')));
const config = { PUBLIC_URL: 'https://flits.example' } as Config;
const tokens = new AccessTokens(clock, config, keys);
const claims = { personId: '4cfdb4de-e13a-4e59-a5f5-c6737d1dae28', deviceId: '6e2d4dc4-8640-47aa-8bc1-822b5c9b5c6f' };

const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
/** A token with a good signature by this server's own key, and whatever is in it. */
function forge(header: object, payload: object, key = keys.derive('access token v1')): string {
  const input = `${encode(header)}.${encode(payload)}`;
  return `${input}.${createHmac('sha256', key).update(input).digest('base64url')}`;
}
const goodHeader = { alg: 'HS256', typ: 'at+jwt' };
const seconds = () => Math.floor(clock.now() / 1000);
const goodPayload = () => ({
  iss: 'https://flits.example',
  aud: 'flits api',
  sub: claims.personId,
  did: claims.deviceId,
  iat: seconds(),
  exp: seconds() + 60,
});

function refusal(token: string): string {
  try {
    tokens.read(token);
  } catch (error) {
    if (error instanceof Fault) return error.code;
    throw error;
  }
  return 'none';
}

describe('access tokens', () => {
  it('carry a person and a device, and are read from the cache as from the signature', () => {
    const token = tokens.issue(claims);
    expect(tokens.read(token)).toMatchObject(claims);
    expect(tokens.read(token)).toMatchObject(claims);
    expect(refusal(forge(goodHeader, goodPayload()))).toBe('none');
  });

  it('R40: last 15 minutes by the database’s clock, also when they were read before', () => {
    const token = tokens.issue(claims);
    expect(refusal(token)).toBe('none');
    clock.time += 899_000;
    expect(refusal(token)).toBe('none');
    clock.time += 1000;
    expect(refusal(token)).toBe('token_expired');
  });

  it('a wall clock that is a day off changes nothing', () => {
    clock.time -= 86_400_000;
    expect(refusal(tokens.issue(claims))).toBe('none');
    clock.time += 2 * 86_400_000;
    expect(refusal(tokens.issue(claims))).toBe('none');
  });

  it.each([
    ['another issuer', () => forge(goodHeader, { ...goodPayload(), iss: 'https://other.example' })],
    ['another audience', () => forge(goodHeader, { ...goodPayload(), aud: 'admin' })],
    ['no audience', () => forge(goodHeader, { ...goodPayload(), aud: undefined })],
    ['no time', () => forge(goodHeader, { ...goodPayload(), exp: undefined })],
    ['a time that is no number', () => forge(goodHeader, { ...goodPayload(), exp: 'never' })],
    ['another type', () => forge({ alg: 'HS256', typ: 'JWT' }, goodPayload())],
    ['no type', () => forge({ alg: 'HS256' }, goodPayload())],
    ['algorithm none', () => `${encode({ alg: 'none', typ: 'at+jwt' })}.${encode(goodPayload())}.`],
    ['another algorithm named', () => forge({ alg: 'HS512', typ: 'at+jwt' }, goodPayload())],
    ['another key', () => forge(goodHeader, goodPayload(), keys.derive('refresh v1'))],
    ['no signature', () => forge(goodHeader, goodPayload()).replace(/\.[^.]*$/, '.')],
    ['nothing', () => ''],
    ['noise', () => 'a.b.c'],
  ])('R40: refuses %s', (_, make) => {
    expect(refusal(make())).toBe('invalid_credentials');
  });
});

import { isPublic, PushAddresses, type Resolve } from './push-addresses.js';

const acceptable = (endpoint: string, ...allowed: string[]) => new PushAddresses(allowed).isAcceptable(new URL(endpoint));

/** What `https.request` would be told of a name. */
function lookUp(resolve: Resolve, options: { all: boolean } = { all: true }): Promise<unknown> {
  const lookup = new PushAddresses([], resolve).lookupFor(new URL('https://push.example/x'));
  return new Promise((done, fail) => lookup?.('push.example', options, (error, found) => (error ? fail(error) : done(found))));
}

describe('isPublic', () => {
  it.each(['1.1.1.1', '172.15.255.255', '172.32.0.0', '192.167.1.1', '2606:4700::1111', '2a00:1450:4001::200e'])('%s is', (address) => {
    expect(isPublic(address)).toBe(true);
  });

  it.each([
    ...['0.0.0.0', '10.0.0.1', '100.64.0.1', '127.0.0.1', '127.255.255.254', '169.254.169.254', '172.16.0.1', '172.31.255.255'],
    ...['192.0.0.1', '192.168.0.1', '198.18.0.1', '192.0.2.1', '203.0.113.7', '224.0.0.1', '240.0.0.1', '255.255.255.255'],
    ...['::', '::1', '::ffff:127.0.0.1', '::ffff:10.0.0.1', '64:ff9b::a00:1', 'fe80::1', 'fe80::1%eth0', 'fec0::1', 'fc00::1', 'fd12::1'],
    ...['ff02::1', '2001::1', '2002:a00:1::', '2001:db8::1', '::7f00:1', '::a00:1', '4000::1', 'push.example', ''],
  ])('%s is not', (address) => {
    expect(isPublic(address)).toBe(false);
  });
});

describe('PushAddresses', () => {
  it('takes https at public addresses and at names, and what the operator names', () => {
    expect(acceptable('https://push.example/x')).toBe(true);
    expect(acceptable('https://1.1.1.1/x')).toBe(true);
    expect(acceptable('https://[2606:4700::1111]:8443/x')).toBe(true);
    expect(acceptable('http://push.example/x')).toBe(false);
    expect(acceptable('https://localhost.:1@push.example/x')).toBe(false);
    expect(acceptable('https://2130706433/x')).toBe(false);
    expect(acceptable('https://[::ffff:7f00:1]/x')).toBe(false);
    expect(acceptable('http://ntfy.lan/x', 'ntfy.lan')).toBe(true);
    expect(acceptable('http://NTFY.lan:8080/x', 'ntfy.LAN:8080')).toBe(true);
    expect(acceptable('http://ntfy.lan:8081/x', 'ntfy.lan:8080')).toBe(false);
    expect(acceptable('http://ntfy.lan/x', 'ntfy.lan:80')).toBe(true);
    expect(acceptable('http://ntfy.lan:6379/x', 'ntfy.lan')).toBe(false);
    expect(acceptable('http://[fd00::5]/x', '[fd00::5]')).toBe(true);
    expect(acceptable('http://[fd00::5]:8080/x', '[fd00::5]:8080')).toBe(true);
    expect(acceptable('http://[fd00::5]:8080/x', '[fd00::5]')).toBe(false);
    expect(acceptable('ftp://ntfy.lan/x', 'ntfy.lan')).toBe(false);
    expect(acceptable('http://a:b@ntfy.lan/x', 'ntfy.lan')).toBe(false);
  });

  it('connects to the very addresses that were looked at, or to none', async () => {
    const good = [{ address: '1.1.1.1', family: 4 }] as const;
    expect(await lookUp(() => Promise.resolve(good))).toEqual(good);
    expect(await lookUp(() => Promise.resolve(good), { all: false })).toBe('1.1.1.1');
    for (const bad of ['127.0.0.1', '::1', '169.254.169.254'])
      await expect(lookUp(() => Promise.resolve([...good, { address: bad, family: 4 }]))).rejects.toThrow('not public');
    await expect(lookUp(() => Promise.resolve([]))).rejects.toThrow('not public');
    await expect(lookUp(() => Promise.reject(new Error('no such name')))).rejects.toThrow('no such name');
  });
});

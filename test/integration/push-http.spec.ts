import { createServer, type AddressInfo } from 'node:net';
import { AddressRefused, PushAddresses } from '../../src/features/notifications/web-push/push-addresses.js';
import { PushHttp } from '../../src/features/notifications/web-push/push-http.js';

describe('PushHttp', () => {
  let connections = 0;
  const silent = createServer((socket) => {
    connections += 1;
    socket.on('error', () => undefined).resume();
  });
  let port: number;

  beforeAll(async () => {
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    port = (silent.address() as AddressInfo).port;
  });
  beforeEach(() => (connections = 0));
  afterAll(() => new Promise((resolve) => silent.close(resolve)));

  it('a name that leads home is not connected to, whatever it led to when it was registered', async () => {
    const answers = ['1.1.1.1', '127.0.0.1'];
    const addresses = new PushAddresses([], () => Promise.resolve([{ address: answers.shift() ?? '127.0.0.1', family: 4 }]));
    const url = new URL(`https://rebound.example:${port}/x`);
    expect(addresses.isAcceptable(url)).toBe(true);
    const lookup = addresses.lookupFor(url);
    await new Promise<void>((resolve) => lookup?.('rebound.example', { all: true }, () => resolve()));
    const http = new PushHttp(addresses);
    await expect(http.post(url, {}, Buffer.alloc(0))).rejects.toThrow(AddressRefused);
    http.close();
    expect(connections).toBe(0);
  });

  it('a service that closes, or switches to something else, is no answer', async () => {
    const switching = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.on('data', () => socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n'));
    });
    await new Promise<void>((resolve) => switching.listen(0, '127.0.0.1', resolve));
    const url = new URL(`http://127.0.0.1:${(switching.address() as AddressInfo).port}/x`);
    const http = new PushHttp(new PushAddresses([url.host]));
    await expect(http.post(url, {}, Buffer.alloc(0))).rejects.toThrow();
    http.close();
    await new Promise((resolve) => switching.close(resolve));
  });

  it('a service that says nothing is left in time', async () => {
    // By address, and by a name that this machine knows.
    const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
    const http = new PushHttp(new PushAddresses(hosts), 1000);
    for (const host of hosts)
      await expect(http.post(new URL(`http://${host}/x`), {}, Buffer.alloc(0))).rejects.toMatchObject({ name: 'TimeoutError' });
    http.close();
    expect(connections).toBe(2);
  });
});

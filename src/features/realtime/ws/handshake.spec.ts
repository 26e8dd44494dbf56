import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { ClientAddress } from './client-address.js';
import { SocketOrigins } from './socket-origins.js';
import { chooseSubprotocol } from './subprotocol.js';

describe('SocketOrigins', () => {
  const origins = new SocketOrigins({ ALLOWED_ORIGINS: ['https://app.example'], PUBLIC_URL: 'https://flits.example/base' });

  it.each(['https://app.example', 'https://flits.example', undefined])('R48: lets in %s', (origin) => {
    expect(origins.allows(origin)).toBe(true);
  });

  it.each(['https://evil.example', 'http://app.example', 'https://app.example:444', 'https://app.example.evil.example', 'null', ''])(
    'R48: keeps out %j',
    (origin) => {
      expect(origins.allows(origin)).toBe(false);
    },
  );
});

describe('chooseSubprotocol', () => {
  it('takes ours, wherever it stands, else echoes what the refusal needs', () => {
    expect(chooseSubprotocol(new Set(['chat', 'flits.v1.json']))).toBe('flits.v1.json');
    expect(chooseSubprotocol(new Set(['chat', 'soap']))).toBe('chat');
    expect(chooseSubprotocol(new Set())).toBe(false);
  });
});

describe('ClientAddress', () => {
  const requestFrom = (address: string, forwarded?: string) => {
    const socket = new Socket();
    Object.defineProperty(socket, 'remoteAddress', { value: address });
    const request = new IncomingMessage(socket);
    if (forwarded) request.headers['x-forwarded-for'] = forwarded;
    return request;
  };

  it('R43: believes X-Forwarded-For only as far as configured proxies wrote it', () => {
    const behind = new ClientAddress({ TRUSTED_PROXIES: ['10.0.0.0/8'] });
    expect(behind.of(requestFrom('10.1.1.1', '6.6.6.6, 203.0.113.9, 10.2.2.2'))).toBe('203.0.113.9');
    expect(behind.of(requestFrom('203.0.113.5', '6.6.6.6'))).toBe('203.0.113.5');
    expect(new ClientAddress({ TRUSTED_PROXIES: [] }).of(requestFrom('10.1.1.1', '6.6.6.6'))).toBe('10.1.1.1');
  });
});

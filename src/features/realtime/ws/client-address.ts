import type { IncomingMessage } from 'node:http';
import proxyAddr from '@fastify/proxy-addr';

/**
 * The address of an upgrade request, by the same rule and the same code as Fastify's `request.ip`: `X-Forwarded-For` counts
 * as far as configured proxies wrote it.
 */
export class ClientAddress {
  readonly #isTrusted: (address: string, hops: number) => boolean;

  constructor({ TRUSTED_PROXIES }: { readonly TRUSTED_PROXIES: readonly string[] }) {
    this.#isTrusted = proxyAddr.compile([...TRUSTED_PROXIES]);
  }

  of(request: IncomingMessage): string {
    return proxyAddr(request, this.#isTrusted);
  }
}

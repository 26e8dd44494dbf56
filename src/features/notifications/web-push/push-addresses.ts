import { promises as dns, type LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';

/** Endpoints are chosen by clients, so by strangers: a name must not lead into the operator's own network. */
export class AddressRefused extends Error {
  constructor() {
    super('the push endpoint is at an address that is not public');
    this.name = 'AddressRefused';
  }
}

export type Resolve = (host: string) => Promise<readonly LookupAddress[]>;

/** A name that is slow to resolve is given up before the request is. */
const RESOLVE = { timeout: 2000, tries: 2 };

/** IPv6 addresses stand in brackets. */
const HAS_PORT = /:\d+$/;

/**
 * Which hosts this server sends to. The address is looked at where the connection is made with it, in the agent's `lookup`, so
 * that a name which answers differently the second time (DNS rebinding) gains nothing.
 */
export class PushAddresses {
  readonly #allowed: ReadonlySet<string>;

  /** @param allowed `host:port`, or hosts at 443 and 80, that the operator names: any address, and plain http */
  constructor(
    allowed: readonly string[],
    private readonly resolve: Resolve = resolvePublicly,
  ) {
    this.#allowed = new Set(
      allowed.flatMap((host) => (HAS_PORT.test(host) ? [host] : [`${host}:443`, `${host}:80`])).map((host) => host.toLowerCase()),
    );
  }

  isAllowedByName(url: URL): boolean {
    return this.#allowed.has(`${url.hostname}:${url.port || (url.protocol === 'https:' ? 443 : 80)}`);
  }

  /** Whether an endpoint is one to send to, as far as it can be told without asking for its name. */
  isAcceptable(url: URL): boolean {
    if (url.username || url.password || !['https:', 'http:'].includes(url.protocol)) return false;
    if (this.isAllowedByName(url)) return true;
    return url.protocol === 'https:' && (isIP(bare(url.hostname)) === 0 || isPublic(bare(url.hostname)));
  }

  /** For `https.request`. Hosts that are allowed by name resolve as everything on this machine does. */
  lookupFor(url: URL): LookupFunction | undefined {
    if (this.isAllowedByName(url)) return undefined;
    return (hostname, options, done) => {
      this.resolve(hostname).then(
        (found) => {
          // One address that is not public spoils the name: which one is tried would be chance.
          const isRefused = found.length === 0 || found.some(({ address }) => !isPublic(address));
          if (isRefused) done(new AddressRefused(), []);
          else if (options.all) done(null, [...found]);
          else done(null, found[0]?.address ?? '', found[0]?.family);
        },
        (error: unknown) => done(error as NodeJS.ErrnoException, []),
      );
    };
  }
}

/** All of IPv6 that is given out (RFC 4291 §2.4 with IANA's list): the rest is old embeddings of IPv4 (`::127.0.0.1`), or nobody's. */
const GIVEN_OUT = ipaddr.IPv6.parseCIDR('2000::/3');

/** Global unicast and nothing else: no private, loopback, link-local, shared, documentation or translated range. */
export function isPublic(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const read = ipaddr.process(address);
  return read.range() === 'unicast' && (read instanceof ipaddr.IPv4 || read.match(GIVEN_OUT));
}

/** `URL` puts IPv6 addresses into brackets. */
function bare(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, '');
}

/**
 * By c-ares and not by `getaddrinfo`: that takes one of libuv's four threads for as long as a stranger's name server likes, and
 * files and keys of this process wait behind it.
 */
async function resolvePublicly(host: string): Promise<LookupAddress[]> {
  const resolver = new dns.Resolver(RESOLVE);
  const [four, six] = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
  const found = [
    ...(four.status === 'fulfilled' ? four.value.map((address) => ({ address, family: 4 })) : []),
    ...(six.status === 'fulfilled' ? six.value.map((address) => ({ address, family: 6 })) : []),
  ];
  if (found.length === 0 && four.status === 'rejected') throw four.reason;
  return found;
}

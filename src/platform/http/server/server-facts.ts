export interface LogKeyFact {
  /** C2SP verifier key */
  readonly key: string;
  /** RFC 3339 */
  readonly from: string;
  readonly until: string | null;
}

/** What a client needs to subscribe, by provider. */
export interface PushFacts {
  readonly webpush?: { readonly vapid_public_key: string };
}

export interface Facts {
  readonly capabilities?: readonly string[];
  readonly limits?: Readonly<Record<string, number>>;
  readonly logKeys?: readonly LogKeyFact[];
  readonly push?: PushFacts;
}

/** What `GET /v1/server` says beyond the configuration: features add their part when they start. */
export class ServerFacts {
  readonly capabilities = new Set<string>();
  readonly limits: Record<string, number> = {};
  readonly logKeys: LogKeyFact[] = [];
  readonly push: { -readonly [Provider in keyof PushFacts]: PushFacts[Provider] } = {};

  add({ capabilities = [], limits = {}, logKeys = [], push = {} }: Facts): void {
    capabilities.forEach((capability) => this.capabilities.add(capability));
    Object.assign(this.limits, limits);
    this.logKeys.push(...logKeys);
    Object.assign(this.push, push);
  }
}

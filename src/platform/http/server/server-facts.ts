export interface LogKeyFact {
  /** C2SP verifier key */
  readonly key: string;
  /** RFC 3339 */
  readonly from: string;
  readonly until: string | null;
}

export interface Facts {
  readonly capabilities?: readonly string[];
  readonly limits?: Readonly<Record<string, number>>;
  readonly logKeys?: readonly LogKeyFact[];
}

/** What `GET /v1/server` says beyond the configuration: features add their part when they start. */
export class ServerFacts {
  readonly capabilities = new Set<string>();
  readonly limits: Record<string, number> = {};
  readonly logKeys: LogKeyFact[] = [];

  add({ capabilities = [], limits = {}, logKeys = [] }: Facts): void {
    capabilities.forEach((capability) => this.capabilities.add(capability));
    Object.assign(this.limits, limits);
    this.logKeys.push(...logKeys);
  }
}

/** What was sent by whom to whom, as small as it can be said: people and groups are numbers. */
export interface Send {
  readonly a: number;
  readonly named: readonly number[];
  readonly groups: readonly number[];
  readonly story: boolean;
}

export interface ModelDelivery {
  readonly id: string;
  readonly from: number;
  readonly to: number;
  readonly via: 'inbox' | 'story';
  /** The group it came through, and which of its memberships carried it. */
  readonly group?: number;
  readonly carriers?: readonly object[];
  opened: boolean;
  ended: boolean;
}

const pair = (a: number, b: number) => `${Math.min(a, b)} ${Math.max(a, b)}`;

/** The rules of product.md on who may see what, without a database. */
export class AudienceModel {
  readonly #friends = new Set<string>();
  readonly #blocks = new Set<string>();
  /** A membership is an object: who leaves and comes back has another one. */
  readonly #members = new Map<number, Map<number, object>>();
  readonly #deliveries: ModelDelivery[] = [];

  befriend(a: number, b: number): boolean {
    if (this.#areBlocked(a, b)) return false;
    this.#friends.add(pair(a, b));
    return true;
  }

  part(a: number, b: number): boolean {
    const were = this.#friends.delete(pair(a, b));
    this.#end();
    return were;
  }

  block(a: number, b: number): void {
    this.#blocks.add(`${a} ${b}`);
    this.part(a, b);
  }

  unblock(a: number, b: number): void {
    this.#blocks.delete(`${a} ${b}`);
  }

  join(a: number, group: number): boolean {
    const members = this.#of(group);
    if (members.has(a)) return false;
    members.set(a, {});
    return true;
  }

  leave(a: number, group: number): boolean {
    const was = this.#of(group).delete(a);
    this.#end();
    return was;
  }

  accepts({ a, named, groups }: Send): boolean {
    return (
      named.every((b) => b !== a && !this.#areBlocked(a, b) && (this.#friends.has(pair(a, b)) || this.#share(a, b))) &&
      groups.every((group) => this.#of(group).has(a))
    );
  }

  send({ a, named, groups, story }: Send, id: string): void {
    const reached = new Set<number>([a]);
    const reach = (to: number, how: Pick<ModelDelivery, 'via' | 'group' | 'carriers'>) => {
      if (reached.has(to) || this.#areBlocked(a, to)) return;
      reached.add(to);
      this.#deliveries.push({ id, from: a, to, ...how, opened: false, ended: false });
    };
    for (const to of named) reach(to, { via: 'inbox' });
    for (const group of [...groups].sort()) {
      const members = this.#of(group);
      for (const [to, membership] of members) reach(to, { via: 'inbox', group, carriers: [membership, members.get(a)!] });
    }
    if (story) for (let to = 0; to < 10; to += 1) if (this.#friends.has(pair(a, to))) reach(to, { via: 'story' });
  }

  seenBy(person: number): ModelDelivery[] {
    return this.#deliveries.filter((delivery) => delivery.to === person && !delivery.ended && this.#isRelated(delivery));
  }

  /** @returns the id of one that the person may open */
  open(person: number, nth: number): string | undefined {
    const seen = this.seenBy(person);
    const delivery = seen[nth % Math.max(1, seen.length)];
    if (delivery) delivery.opened = true;
    return delivery?.id;
  }

  /** What was not opened ends with what carried it, for good. */
  #end(): void {
    for (const delivery of this.#deliveries) if (!delivery.opened && !this.#isRelated(delivery)) delivery.ended = true;
  }

  #isRelated({ from, to, via, group, carriers }: ModelDelivery): boolean {
    if (this.#areBlocked(from, to)) return false;
    if (group !== undefined) return carriers?.every((membership) => [...this.#of(group).values()].includes(membership)) ?? false;
    return this.#friends.has(pair(from, to)) || (via === 'inbox' && this.#share(from, to));
  }

  #areBlocked(a: number, b: number): boolean {
    return this.#blocks.has(`${a} ${b}`) || this.#blocks.has(`${b} ${a}`);
  }

  #share(a: number, b: number): boolean {
    return [...this.#members.values()].some((members) => members.has(a) && members.has(b));
  }

  #of(group: number): Map<number, object> {
    const members = this.#members.get(group) ?? new Map<number, object>();
    this.#members.set(group, members);
    return members;
  }
}

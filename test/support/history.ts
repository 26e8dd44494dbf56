/**
 * What was seen of a run from outside, and what is wrong with it. The words are those of the fault table: **lost** (accepted,
 * neither taken back nor said to have failed, nor seen by all, and a device of a recipient never got it), **duplicate** (twice before somebody's eyes), **late** (to be had
 * after it was taken back), **ghost** (delivered to somebody to whom it was never sent), and faults of **order** (the chain of
 * one device, the same log for all devices of a person, sends in the order in which their sender made them).
 *
 * Times are of one clock, in ms. A send that got no answer has no entry: whoever records repeats it until it has one.
 */
export type Entry = Device | Sent | Unsent | Failed | Opened | Closed | Ready | Received;

export interface Device {
  readonly kind: 'device';
  readonly device: string;
  readonly person: string;
}

/** A send that was accepted. */
export interface Sent {
  readonly kind: 'sent';
  readonly key: string;
  readonly snap: string;
  readonly sender: string;
  readonly to: readonly string[];
  /** Delivered with its acceptance: no upload to wait for, no chunks. Only these keep the order of their sender. */
  readonly isDirect: boolean;
  readonly begunAt: number;
  readonly acceptedAt: number;
}

/** A snap that its sender took back: from `at` on nobody may have it. */
export interface Unsent {
  readonly kind: 'unsent';
  readonly snap: string;
  readonly at: number;
}

/** Its sender was told that it could not be delivered: nobody is owed it, and nobody may have it. */
export interface Failed {
  readonly kind: 'failed';
  readonly snap: string;
}

/** A key was handed out, of a snap for one view. `begunAt`: when it was asked for. */
export interface Opened {
  readonly kind: 'opened';
  readonly person: string;
  readonly device: string;
  readonly snap: string;
  readonly begunAt: number;
}

/** Their view of it is over. Once everybody's is, it is erased, and owed to no device that has not heard of it yet. */
export interface Closed {
  readonly kind: 'closed';
  readonly person: string;
  readonly snap: string;
}

/** A chain begins: the device has everything up to `after`, or was told to start from `head`. */
export interface Ready {
  readonly kind: 'ready';
  readonly device: string;
  readonly after: number;
  readonly head: number;
  readonly resync: boolean;
  /** When the device asked for it. */
  readonly at: number;
}

/** An event on a socket; `snap` where it brings one. */
export interface Received {
  readonly kind: 'received';
  readonly device: string;
  readonly seq: number;
  readonly prev: number;
  readonly snap?: string;
  readonly sender?: string;
}

export const faultKinds = ['lost', 'duplicate', 'late', 'ghost', 'order'] as const;
export type FaultKind = (typeof faultKinds)[number];
/** One sentence a fault. */
export type Faults = Record<FaultKind, string[]>;

/** Reads a history as it was recorded: entries of one device in the order in which they happened there. */
export function checkHistory(history: readonly Entry[]): Faults {
  const faults: Faults = { lost: [], duplicate: [], late: [], ghost: [], order: [] };
  const book = new Book(history);
  checkKeys(book, faults);
  for (const device of book.devices) checkDevice(book, device, faults);
  checkPeople(book, faults);
  const eyes = new Map<string, string>();
  for (const { snap, person, device, begunAt } of book.of('opened')) {
    const view = `${person} ${snap}`;
    if (eyes.has(view) && eyes.get(view) !== device) faults.duplicate.push(`${person} opened ${snap} on two devices`);
    eyes.set(view, device);
    if (begunAt > (book.unsentAt.get(snap) ?? Infinity)) faults.late.push(`${person} opened ${snap} after it was taken back`);
  }
  return faults;
}

/** The history by what the checks ask for. */
class Book {
  readonly devices = this.of('device');
  readonly sent = new Map(this.of('sent').map((sent) => [sent.snap, sent]));
  readonly unsentAt = new Map(this.of('unsent').map(({ snap, at }) => [snap, at]));
  readonly failed = new Set(this.of('failed').map(({ snap }) => snap));
  readonly closed = new Set(this.of('closed').map(({ snap, person }) => `${person} ${snap}`));
  readonly seen = new Map<string, (Ready | Received)[]>(this.devices.map(({ device }) => [device, []]));

  constructor(private readonly history: readonly Entry[]) {
    for (const entry of history) if (entry.kind === 'ready' || entry.kind === 'received') this.seen.get(entry.device)?.push(entry);
  }

  of<Kind extends Entry['kind']>(kind: Kind): Extract<Entry, { kind: Kind }>[] {
    return this.history.filter((entry): entry is Extract<Entry, { kind: Kind }> => entry.kind === kind);
  }

  isSeenByAll(snap: string): boolean {
    return this.sent.get(snap)?.to.every((person) => this.closed.has(`${person} ${snap}`)) ?? false;
  }

  snapsOf(device: string): string[] {
    return (this.seen.get(device) ?? []).flatMap((entry) => (entry.kind === 'received' && entry.snap !== undefined ? entry.snap : []));
  }
}

function checkKeys(book: Book, faults: Faults): void {
  const byKey = new Map<string, string>();
  for (const { key, snap } of book.of('sent')) {
    const first = byKey.get(key) ?? snap;
    if (first !== snap) faults.duplicate.push(`key ${key} made ${first} and ${snap}`);
    byKey.set(key, first);
  }
}

function checkDevice(book: Book, { device, person }: Device, faults: Faults): void {
  const numbers = new Set<number>();
  const snaps = new Set<string>();
  let last = 0;
  let readyAt = 0;
  for (const entry of book.seen.get(device) ?? []) {
    if (entry.kind === 'ready') {
      if (!entry.resync && entry.after !== last) faults.order.push(`${device} went on from ${entry.after} and had ${last}`);
      last = entry.resync ? entry.head : entry.after;
      readyAt = entry.at;
      continue;
    }
    const { seq, prev, snap, sender } = entry;
    if (numbers.has(seq)) faults.duplicate.push(`${device} got number ${seq} twice`);
    else if (prev !== last || seq <= prev) faults.order.push(`${device} got ${seq} after ${prev} and had ${last}`);
    numbers.add(seq);
    last = seq;
    if (snap === undefined) continue;
    const sent = book.sent.get(snap);
    if (!sent || !sent.to.includes(person) || sent.sender !== sender || book.failed.has(snap))
      faults.ghost.push(`${device} got ${snap} as of ${sender}`);
    else if (snaps.has(snap)) faults.duplicate.push(`${device} got ${snap} twice`);
    if (readyAt > (book.unsentAt.get(snap) ?? Infinity)) faults.late.push(`${device} got ${snap} after it was taken back`);
    snaps.add(snap);
  }
  for (const { snap, to } of book.sent.values()) {
    const isOwed = to.includes(person) && !book.unsentAt.has(snap) && !book.failed.has(snap) && !book.isSeenByAll(snap);
    if (isOwed && !snaps.has(snap)) faults.lost.push(`${device} never got ${snap}`);
  }
  checkSenders(book, device, faults);
}

/** What was accepted before another was begun comes before it. */
function checkSenders(book: Book, device: string, faults: Faults): void {
  const newest = new Map<string, Sent>();
  for (const snap of book.snapsOf(device)) {
    const sent = book.sent.get(snap);
    if (!sent?.isDirect) continue;
    const before = newest.get(sent.sender);
    if (before && sent.acceptedAt < before.begunAt) faults.order.push(`${device} got ${snap} after ${before.snap}, which was sent later`);
    if (!before || sent.begunAt > before.begunAt) newest.set(sent.sender, sent);
  }
}

/** One log a person: a number means the same on each device. */
function checkPeople(book: Book, faults: Faults): void {
  const said = new Map<string, string | undefined>();
  for (const { device, person } of book.devices) {
    for (const entry of book.seen.get(device) ?? []) {
      if (entry.kind !== 'received') continue;
      const place = `${person} ${entry.seq}`;
      if (said.has(place) && said.get(place) !== entry.snap) faults.order.push(`number ${entry.seq} of ${person} is two things`);
      said.set(place, entry.snap);
    }
  }
}

import fc from 'fast-check';
import { checkHistory, faultKinds, type Entry, type FaultKind, type Faults, type Received } from '../support/history.js';

/** What a run looks like in which nothing went wrong: who sends to whom, who takes back, and where sockets were cut. */
interface Run {
  readonly sends: readonly { readonly sender: number; readonly to: readonly number[]; readonly isUnsent: boolean }[];
  /** After how many events each device loses its socket. */
  readonly cutEvery: number;
}

const PEOPLE = 4;
const person = (n: number) => `person ${n}`;

const run: fc.Arbitrary<Run> = fc.record({
  sends: fc.array(
    fc.record({
      sender: fc.nat(PEOPLE - 1),
      to: fc.uniqueArray(fc.nat(PEOPLE - 1), { minLength: 1, maxLength: PEOPLE }),
      isUnsent: fc.boolean(),
    }),
    { minLength: 1, maxLength: 12 },
  ),
  cutEvery: fc.integer({ min: 1, max: 5 }),
});

/** The history of that run: everybody has two devices, both of which see everything. */
function historyOf({ sends, cutEvery }: Run): Entry[] {
  const history: Entry[] = [];
  const heads = new Array<number>(PEOPLE).fill(0);
  const lasts = new Map<string, number>();
  const devicesOf = (n: number) => [`phone ${n}`, `tablet ${n}`];
  for (let n = 0; n < PEOPLE; n += 1)
    for (const device of devicesOf(n)) {
      history.push({ kind: 'device', device, person: person(n) });
      history.push({ kind: 'ready', device, after: 0, head: 0, resync: false, at: 0 });
      lasts.set(device, 0);
    }
  sends.forEach(({ sender, to, isUnsent }, index) => {
    const snap = `snap ${index}`;
    const at = 10 * (index + 1);
    history.push({
      kind: 'sent',
      key: `key ${index}`,
      snap,
      sender: person(sender),
      to: to.map(person),
      isDirect: true,
      begunAt: at,
      acceptedAt: at + 1,
    });
    for (const n of to) {
      heads[n]! += 1 + (index % 3); // Numbers have holes.
      for (const device of devicesOf(n)) {
        const last = lasts.get(device)!;
        if (index % cutEvery === 0) history.push({ kind: 'ready', device, after: last, head: heads[n]!, resync: false, at: at + 2 });
        history.push({ kind: 'received', device, seq: heads[n]!, prev: last, snap, sender: person(sender) });
        lasts.set(device, heads[n]!);
      }
      history.push({ kind: 'opened', person: person(n), device: `phone ${n}`, snap, begunAt: at + 3 });
    }
    if (isUnsent) history.push({ kind: 'unsent', snap, at: at + 4 });
  });
  return history;
}

const found = (history: readonly Entry[]): FaultKind[] => {
  const faults: Faults = checkHistory(history);
  return faultKinds.filter((kind) => faults[kind].length > 0);
};

const isEvent = (entry: Entry): entry is Received => entry.kind === 'received';

/** Puts one fault into a good history. @returns undefined where that history has no place for it */
type Spoil = (history: Entry[], pick: number) => Entry[] | undefined;

const one = <T>(all: readonly T[], pick: number): T | undefined => all[pick % (all.length || 1)];
const without = (history: readonly Entry[], gone: Entry) => history.filter((entry) => entry !== gone);

/** Takes an event out as if it had never been in the log: the chain is whole without it. */
function unwritten(history: readonly Entry[], gone: Received): Entry[] {
  return without(history, gone).map((entry) => {
    if (entry.kind === 'received' && entry.device === gone.device && entry.prev === gone.seq) return { ...entry, prev: gone.prev };
    if (entry.kind === 'ready' && entry.device === gone.device && entry.after === gone.seq) return { ...entry, after: gone.prev };
    return entry;
  });
}

const last = (history: readonly Entry[], device: string) =>
  history.flatMap((entry) => (isEvent(entry) && entry.device === device ? entry.seq : [])).at(-1) ?? 0;

const spoils: Record<string, [FaultKind, Spoil]> = {
  'an event that one device never got': [
    'lost',
    (history, pick) => {
      const unsent = history.flatMap((entry) => (entry.kind === 'unsent' ? entry.snap : []));
      const event = one(
        history.filter(isEvent).filter(({ snap }) => !unsent.includes(snap!)),
        pick,
      );
      return event && unwritten(history, event);
    },
  ],
  'an event left out of the chain': [
    'order',
    (history, pick) => {
      const event = one(
        history.filter(isEvent).filter(({ device, seq }) => seq < last(history, device)),
        pick,
      );
      return event && without(history, event);
    },
  ],
  'the same number again': [
    'duplicate',
    (history, pick) => {
      const event = one(history.filter(isEvent), pick);
      return event && history.flatMap((entry) => (entry === event ? [event, event] : [entry]));
    },
  ],
  'the same snap under another number': [
    'duplicate',
    (history, pick) => {
      const event = one(history.filter(isEvent), pick);
      const prev = event && last(history, event.device);
      return event && [...history, { ...event, prev: prev!, seq: prev! + 1 }];
    },
  ],
  'a key that made two snaps': [
    'duplicate',
    (history, pick) => {
      const sent = one(
        history.filter((entry) => entry.kind === 'sent'),
        pick,
      );
      return sent && [...history, { ...sent, snap: 'another', to: [] }];
    },
  ],
  'a snap for one view that was opened on two devices': [
    'duplicate',
    (history, pick) => {
      const opened = one(
        history.filter((entry) => entry.kind === 'opened'),
        pick,
      );
      return opened && [...history, { ...opened, device: 'another', begunAt: 0 }];
    },
  ],
  'a snap that nobody sent': [
    'ghost',
    (history) => {
      const prev = last(history, 'phone 0');
      return [...history, { kind: 'received', device: 'phone 0', seq: prev + 1, prev, snap: 'made up', sender: person(1) }];
    },
  ],
  'a snap that was for somebody else': [
    'ghost',
    (history, pick) => {
      const event = one(history.filter(isEvent), pick);
      return event && history.map((entry) => (entry.kind === 'sent' && entry.snap === event.snap ? { ...entry, to: [] } : entry));
    },
  ],
  'a snap as of somebody else': [
    'ghost',
    (history, pick) => {
      const event = one(history.filter(isEvent), pick);
      return event && history.map((entry) => (entry === event ? { ...event, sender: 'nobody' } : entry));
    },
  ],
  'a snap that its sender was told had failed': [
    'ghost',
    (history, pick) => {
      const event = one(history.filter(isEvent), pick);
      return event && [...history, { kind: 'failed', snap: event.snap! }];
    },
  ],
  'a key that was handed out after the snap was taken back': [
    'late',
    (history, pick) => {
      const unsent = one(
        history.filter((entry) => entry.kind === 'unsent'),
        pick,
      );
      return unsent && [...history, { kind: 'opened', person: person(0), device: 'phone 0', snap: unsent.snap, begunAt: unsent.at + 1 }];
    },
  ],
  'a snap that came on a socket of after it was taken back': [
    'late',
    (history, pick) => {
      const event = one(history.filter(isEvent), pick);
      const head = event?.seq ?? 0;
      const late: Entry[] = event
        ? [
            { kind: 'unsent', snap: event.snap!, at: 5000 },
            { kind: 'ready', device: event.device, after: event.prev, head, resync: false, at: 6000 },
          ]
        : [];
      return event && history.flatMap((entry) => (entry === event ? [...late, entry] : [entry]));
    },
  ],
};

describe('the checker of histories', () => {
  it('finds nothing where nothing went wrong', () => {
    fc.assert(fc.property(run, (one) => expect(found(historyOf(one))).toEqual([])));
  });

  it.each(Object.entries(spoils))('finds %s', (_, [kind, spoil]) => {
    let spoiled = 0;
    fc.assert(
      fc.property(run, fc.nat(), (one, pick) => {
        const history = spoil(historyOf(one), pick);
        if (!history) return;
        spoiled += 1;
        expect(found(history)).toContain(kind);
      }),
    );
    expect(spoiled).toBeGreaterThan(0);
  });

  it('finds two devices of a person that disagree about a number, and sends out of their order', () => {
    const sent = (n: number, begunAt: number): Entry => ({
      kind: 'sent',
      key: `${n}`,
      snap: `snap ${n}`,
      sender: 'anna',
      to: ['ben'],
      isDirect: true,
      begunAt,
      acceptedAt: begunAt + 1,
    });
    const got = (device: string, snaps: readonly number[]): Entry[] => [
      { kind: 'device', device, person: 'ben' },
      { kind: 'ready', device, after: 0, head: 0, resync: false, at: 0 },
      ...snaps.map((n, index): Entry => ({ kind: 'received', device, seq: index + 1, prev: index, snap: `snap ${n}`, sender: 'anna' })),
    ];
    const sends = [sent(1, 10), sent(2, 20)];
    expect(found([...sends, ...got('phone', [1, 2]), ...got('tablet', [1, 2])])).toEqual([]);
    expect(checkHistory([...sends, ...got('phone', [2, 1])]).order).toHaveLength(1);
    expect(checkHistory([...sends, ...got('phone', [1, 2]), ...got('tablet', [2, 1])]).order.length).toBeGreaterThan(2);
  });

  it('owes nobody what everybody has seen, and still owes what one has not', () => {
    const device: Entry = { kind: 'device', device: 'phone', person: 'anna' };
    const sent: Entry = {
      kind: 'sent',
      key: 'k',
      snap: 's',
      sender: 'ben',
      to: ['anna', 'cem'],
      isDirect: true,
      begunAt: 0,
      acceptedAt: 1,
    };
    const closed = (person: string): Entry => ({ kind: 'closed', person, snap: 's' });
    expect(found([device, sent, closed('anna')])).toEqual(['lost']);
    expect(found([device, sent, closed('anna'), closed('cem')])).toEqual([]);
  });

  it('is content with a resync, after which the chain starts at the head', () => {
    const history: Entry[] = [
      { kind: 'device', device: 'phone', person: 'ben' },
      { kind: 'ready', device: 'phone', after: 7, head: 20, resync: true, at: 0 },
      { kind: 'received', device: 'phone', seq: 21, prev: 20 },
    ];
    expect(found(history)).toEqual([]);
    expect(found([...history, { kind: 'ready', device: 'phone', after: 20, head: 21, resync: false, at: 1 }])).toEqual(['order']);
  });
});

import { Hearers, MAX_A_PERSON, type Hearer } from './hearers.js';
import { Sockets } from './sockets.js';

class Ear implements Hearer {
  readonly heard: (number | string)[] = [];

  hint(seq: number): void {
    this.heard.push(seq);
  }

  endSession(): void {
    this.heard.push('over');
  }

  makeRoom(): void {
    this.heard.push('out');
  }

  sendAway(afterSeconds: number): void {
    this.heard.push(`away ${afterSeconds}`);
  }
}

const phone = { personId: 'anna', deviceId: 'phone' };
const tablet = { personId: 'anna', deviceId: 'tablet' };
const other = { personId: 'ben', deviceId: 'ben’s' };

describe('Hearers', () => {
  it('tells everybody who waits for a person, and nobody else', () => {
    const hearers = new Hearers();
    const [a, b, c] = [new Ear(), new Ear(), new Ear()];
    hearers.add(phone, a);
    hearers.add(tablet, b);
    hearers.add(other, c);
    expect(hearers.tell('anna', 1)).toBe(2);
    for (const _ of 'twice') hearers.remove(tablet, b);
    expect(hearers.tell('anna', 2)).toBe(1);
    expect(hearers.tell('nobody', 3)).toBe(0);
    expect([a.heard, b.heard, c.heard]).toEqual([[1, 2], [1], []]);
  });

  it('ends what waits on a device, also where that makes it leave', () => {
    const hearers = new Hearers();
    const heard: string[] = [];
    for (const name of ['first', 'second']) {
      const hearer = {
        hint: () => undefined,
        endSession: () => {
          hearers.remove(phone, hearer);
          heard.push(name);
        },
        makeRoom: () => undefined,
      };
      hearers.add(phone, hearer);
    }
    hearers.endSessions(['unknown', 'phone']);
    expect(heard).toEqual(['first', 'second']);
    expect(hearers.tell('anna', 1)).toBe(0);
  });

  it('has room for so many of one person: the oldest makes room for the newest, nobody else does', () => {
    const hearers = new Hearers();
    const ears = Array.from({ length: MAX_A_PERSON + 1 }, () => new Ear());
    const stranger = new Ear();
    hearers.add(other, stranger);
    for (const [index, ear] of ears.slice(0, -1).entries()) hearers.add(index % 2 === 0 ? phone : tablet, ear);
    expect(ears.flatMap(({ heard }) => heard)).toEqual([]);
    ears[0]!.makeRoom = () => hearers.remove(phone, ears[0]!);
    hearers.add(phone, ears.at(-1)!);
    expect(hearers.tell('anna', 1)).toBe(MAX_A_PERSON);
    expect(ears[0]!.heard).toEqual([]);
    hearers.add(phone, new Ear());
    expect(ears[1]!.heard).toEqual([1, 'out']);
    expect(stranger.heard).toEqual([]);
  });

  it('asks one for each that comes, also while those before have not left yet', () => {
    const hearers = new Hearers();
    const ears = Array.from({ length: 3 * MAX_A_PERSON }, () => new Ear());
    for (const ear of ears) hearers.add(phone, ear);
    expect(ears.map(({ heard }) => heard.length)).toEqual(ears.map((_, index) => (index < 2 * MAX_A_PERSON ? 1 : 0)));
  });
});

describe('Sockets', () => {
  it('counts the identified ones', () => {
    const counts: number[] = [];
    const sockets = new Sockets(new Hearers(), (count) => counts.push(count));
    const ear = new Ear();
    sockets.identify(phone, ear);
    sockets.identify(tablet, new Ear());
    sockets.forget(phone, ear);
    expect(counts).toEqual([1, 2, 1]);
  });

  it('sends all away, each at its own time, and knows when the last has gone', async () => {
    const sockets = new Sockets(new Hearers());
    const ears = [new Ear(), new Ear()];
    for (const ear of ears) sockets.opened(ear);
    let seconds = 0;
    sockets.sendAway(() => (seconds += 1));
    expect(ears.map(({ heard }) => heard)).toEqual([['away 1'], ['away 2']]);
    let isEmpty = false;
    const empty = sockets.whenEmpty().then(() => (isEmpty = true));
    sockets.closed(ears[0]!);
    await Promise.resolve();
    expect(isEmpty).toBe(false);
    sockets.closed(ears[1]!);
    await empty;
    await sockets.whenEmpty();
  });
});

import { Wheel, type Turning } from './wheel.js';

class Item implements Turning {
  dueAt = 0;
  readonly turns: number[] = [];

  constructor(private readonly next: (now: number) => number = () => Infinity) {}

  turn(now: number): number {
    this.turns.push(now);
    return this.next(now);
  }
}

const tick = (wheel: Wheel, times: number) => {
  for (let n = 0; n < times; n += 1) wheel.tick();
};

describe('Wheel', () => {
  it('turns an item at its tick, once', () => {
    const wheel = new Wheel(250);
    const item = new Item();
    wheel.schedule(item, 3);
    tick(wheel, 2);
    expect(item.turns).toEqual([]);
    tick(wheel, 300);
    expect(item.turns).toEqual([3]);
  });

  it('keeps the earlier of two deadlines, and only that', () => {
    const wheel = new Wheel(250);
    const item = new Item();
    wheel.schedule(item, 9);
    wheel.schedule(item, 4);
    wheel.schedule(item, 20);
    tick(wheel, 40);
    expect(item.turns).toEqual([4]);
  });

  it('turns again at the tick that the item names, also one round and more ahead', () => {
    const wheel = new Wheel(250);
    const item = new Item((now) => (now < 600 ? 600 : Infinity));
    wheel.schedule(item, 1);
    tick(wheel, 900);
    expect(item.turns[0]).toBe(1);
    expect(item.turns.at(-1)).toBe(600);
  });

  it('does not turn what was removed, even in the very tick', () => {
    const wheel = new Wheel(250);
    const victim = new Item();
    const killer = new Item(() => {
      wheel.remove(victim);
      return Infinity;
    });
    wheel.schedule(killer, 2);
    wheel.schedule(victim, 2);
    tick(wheel, 5);
    expect(killer.turns).toEqual([2]);
    expect(victim.turns).toEqual([]);
  });

  it('rounds spans down, so that a deadline is never late', () => {
    const wheel = new Wheel(250);
    expect([wheel.ticks(5), wheel.ticks(0.4), wheel.ticks(0.01)]).toEqual([20, 1, 1]);
  });
});

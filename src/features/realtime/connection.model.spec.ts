import fc from 'fast-check';
import { PERSON, realtimeHarness, settled, type Harness } from '../../../test/support/realtime-harness.js';
import type { ServerFrame } from './frames.js';

/**
 * A client that does what docs/protocol.md says, against the real connection, while everything that may go wrong between
 * them does: hints lost, doubled and out of order, reads that fail or hang, events that die, cuts with frames on the way.
 */
class World {
  readonly harness: Harness = realtimeHarness({ pageSize: 3, frameBurst: 100_000 });
  /** Hints on their way. */
  readonly hints: number[] = [];
  isHintLost = false;
  /** Numbers that were dead at some time: nobody is owed those. */
  readonly died = new Set<number>();
  /** What the client has, in the order in which it came; survives cuts. */
  readonly has: number[] = [];
  #last = 0;
  #isReady = false;
  #taken = 0;
  #socket?: Awaited<ReturnType<Harness['identify']>>;

  connect(): void {
    this.#socket?.connection.gone(); // What was sent and not yet taken is lost with the socket.
    this.#socket = this.harness.connect();
    this.#taken = 0;
    this.#isReady = false;
    this.#socket.say({ op: 'identify', token: 'good', after: this.#last });
  }

  /** The next `count` frames arrive. */
  receive(count: number): void {
    for (const frame of this.#socket!.wire.frames.slice(this.#taken, this.#taken + count)) {
      this.#taken += 1;
      this.#take(frame);
    }
  }

  say(frame: object): void {
    if (this.#isReady) this.#socket!.say(frame);
  }

  resume(): void {
    if (!this.#isReady) return;
    this.#isReady = false; // Until the ready that answers it, frames belong to the chain that was given up.
    this.#socket!.say({ op: 'resume', after: this.#last });
  }

  ack(): void {
    this.say({ op: 'ack', seq: this.#last });
  }

  #take(frame: ServerFrame): void {
    if (frame.op === 'ready') {
      expect(frame.resync).toBe(false); // Nothing here is older than what is kept.
      this.#isReady = true;
    }
    if (frame.op !== 'event' || !this.#isReady) return;
    expect(frame.prev).toBe(this.#last);
    expect(frame.seq).toBeGreaterThan(this.#last);
    expect(frame.data).toEqual({ snap_id: `snap ${frame.seq}` });
    this.#last = frame.seq;
    this.has.push(frame.seq);
  }

  /** The faults end, hints on their way arrive, and, if some were lost for good, one heartbeat passes. */
  async heal(): Promise<void> {
    const { log, pass, hearers } = this.harness;
    log.isAway = log.isHeld = false;
    log.release();
    for (const seq of this.hints.splice(0)) hearers.tell(PERSON, seq);
    await pass(10); // The longest pause between two tries.
    this.receive(Infinity);
    if (this.isHintLost) this.say({ op: 'heartbeat' });
    await settled();
    this.receive(Infinity);
  }

  check(): void {
    const { log, acked } = this.harness;
    expect(this.has).toEqual([...new Set(this.has)].sort((a, b) => a - b));
    const owed = log.rows.map(({ seq }) => seq).filter((seq) => !this.died.has(seq));
    expect(this.has).toEqual(expect.arrayContaining(owed));
    expect(this.has.every((seq) => seq <= log.newest)).toBe(true);
    expect(acked.every(({ seq }) => this.has.includes(seq))).toBe(true);
  }
}

class Step implements fc.AsyncCommand<object, World> {
  constructor(
    private readonly name: string,
    private readonly act: (world: World) => void,
  ) {}

  check(): boolean {
    return true;
  }

  async run(_: object, world: World): Promise<void> {
    this.act(world);
    await settled();
  }

  toString(): string {
    return this.name;
  }
}

const step = (name: string, act: (world: World) => void) => fc.constant(new Step(name, act));
const numbered = (name: string, act: (world: World, n: number) => void) =>
  fc.nat(20).map((n) => new Step(`${name} ${n}`, (world) => act(world, n)));

const commands = [
  numbered('send', (world, n) => {
    for (let k = 0; k <= n % 5; k += 1) world.hints.push(world.harness.log.append());
  }),
  numbered('hint', (world, n) => {
    const [seq] = world.hints.splice(n % (world.hints.length || 1), 1);
    if (seq !== undefined) world.harness.hearers.tell(PERSON, seq);
  }),
  numbered('hint twice', (world, n) => {
    const seq = world.hints[n % (world.hints.length || 1)];
    if (seq !== undefined) world.harness.hearers.tell(PERSON, seq);
  }),
  step('lose all hints', (world) => {
    world.isHintLost ||= world.hints.splice(0).length > 0;
  }),
  numbered('event dies', (world, n) => {
    const { log } = world.harness;
    const seq = Math.max(1, log.newest - n);
    log.dead.add(seq);
    world.died.add(seq);
  }),
  numbered('receive a few', (world, n) => world.receive(n % 3)),
  step('receive', (world) => world.receive(Infinity)),
  step('ack', (world) => world.ack()),
  step('heartbeat', (world) => world.say({ op: 'heartbeat' })),
  step('resume', (world) => world.resume()),
  step('cut', (world) => world.connect()),
  step('database away', (world) => void (world.harness.log.isAway = true)),
  step('database back', (world) => void (world.harness.log.isAway = false)),
  step('reads hang', (world) => void (world.harness.log.isHeld = true)),
  numbered('send while reads hang', (world, n) => {
    world.harness.log.isHeld = true;
    for (let k = 0; k <= n % 5; k += 1) world.harness.hearers.tell(PERSON, world.harness.log.append());
  }),
  step('reads answer', (world) => {
    world.harness.log.isHeld = false;
    world.harness.log.release();
  }),
  step('a second passes', (world) => {
    for (let tick = 0; tick < 4; tick += 1) world.harness.wheel.tick();
  }),
];

describe('Connection, against a model of its client', () => {
  it('keeps order and the prev chain, loses nothing and repeats nothing, whatever happens to hints, reads and sockets', async () => {
    await fc.assert(
      fc.asyncProperty(fc.commands(commands, { maxCommands: 60, size: 'max' }), async (steps) => {
        const world = new World();
        world.connect();
        await settled();
        await fc.asyncModelRun(() => ({ model: {}, real: world }), steps);
        await world.heal();
        world.check();
      }),
      { numRuns: 250 },
    );
  }, 60_000);
});

import type { Clock } from '../../clock/index.js';
import type { Log } from '../../observability/index.js';

export interface ReadinessCheck {
  /** What an operator calls it: `postgres`, `redis`, `object_store`, `migrations`, `key_vault`. */
  readonly name: string;
  /** Rejects where the part cannot be used. */
  check(): Promise<void>;
  /**
   * The process does its work without it, only slower: told, but no reason to send people elsewhere. Until it was there once
   * it counts all the same: whether it can be used as it is set up is not known before.
   */
  readonly isSpeedUp?: boolean;
}

export type PartState = 'up' | 'away';

export interface ReadinessReport {
  readonly ready: boolean;
  readonly parts: Readonly<Record<string, PartState>>;
}

const TIMEOUT_MS = 2000;
const FRESH_MS = 1000;

/**
 * Whether this process can do its work now. Checks run together, at most once a second however often it is asked (the
 * route is public), and one that does not answer in 2 s counts as away. Why goes to the log, never into an answer.
 */
export class Readiness {
  readonly #checks: ReadinessCheck[] = [];
  readonly #away = new Set<string>();
  readonly #seen = new Set<string>();
  #latest?: { readonly at: number; readonly report: Promise<ReadinessReport> };
  #leaving = false;

  constructor(
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  register(check: ReadinessCheck): void {
    this.#checks.push(check);
  }

  /** From now on not ready: the first step of a shutdown, so that a load balancer looks elsewhere. */
  leave(): void {
    this.#leaving = true;
  }

  async report(): Promise<ReadinessReport> {
    const now = this.clock.now();
    if (!this.#latest || now - this.#latest.at >= FRESH_MS) this.#latest = { at: now, report: this.#run() };
    const report = await this.#latest.report;
    return this.#leaving ? { ...report, ready: false } : report;
  }

  async #run(): Promise<ReadinessReport> {
    const parts = Object.fromEntries(await Promise.all(this.#checks.map(async (check) => [check.name, await this.#try(check)] as const)));
    const isDispensable = ({ name, isSpeedUp }: ReadinessCheck): boolean => isSpeedUp === true && this.#seen.has(name);
    return { ready: this.#checks.every((check) => parts[check.name] === 'up' || isDispensable(check)), parts };
  }

  async #try(part: ReadinessCheck): Promise<PartState> {
    const { name } = part;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>(
      (_, reject) => (timer = setTimeout(() => reject(new Error(`no answer within ${TIMEOUT_MS} ms`)), TIMEOUT_MS)),
    );
    try {
      await Promise.race([part.check(), late]);
      this.#seen.add(name);
      if (this.#away.delete(name)) this.log.info({ part: name }, 'a part is back');
      return 'up';
    } catch (error) {
      if (!this.#away.has(name)) this.log.error({ err: error, part: name }, 'a part is away');
      this.#away.add(name);
      return 'away';
    } finally {
      clearTimeout(timer);
    }
  }
}

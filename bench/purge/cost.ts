import { performance } from 'node:perf_hooks';
import type pg from 'pg';
import { backendCpu } from '../support/cpu.js';

/** ms, on the wall and of CPU. */
export interface Cost {
  readonly wall: number;
  readonly cpu: number;
}

/** What work costs this process and every process of the PostgreSQL beside it. */
export class CostMeter {
  #pids: number[] = [];
  #cpu = 0;
  #wall = 0;

  /** @param superuser sees all of the server's processes */
  constructor(private readonly superuser: pg.Client) {}

  /** Connections made later are not counted: make them first. */
  async restart(): Promise<void> {
    const { rows } = await this.superuser.query<{ pid: number }>('SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid()');
    this.#pids = rows.map(({ pid }) => pid);
    this.#cpu = this.#cpuNow();
    this.#wall = performance.now();
  }

  read(): Cost {
    return { wall: performance.now() - this.#wall, cpu: this.#cpuNow() - this.#cpu };
  }

  #cpuNow(): number {
    const { user, system } = process.cpuUsage();
    return (user + system + this.#pids.reduce((sum, pid) => sum + backendCpu(pid), 0)) / 1000;
  }
}

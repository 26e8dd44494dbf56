import { readFileSync } from 'node:fs';

/**
 * CPU time of another process's main thread, in µs: a PostgreSQL backend has no other thread. From proc(5), so Linux alone.
 * @throws Error where the kernel does not say
 */
export function backendCpu(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ', 1)[0]) / 1000;
}

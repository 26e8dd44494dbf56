import type { ValueTransformer } from 'typeorm';

/** bigint columns arrive as text; ours (counters, ms) stay below 2^53. */
export const asNumber: ValueTransformer = {
  from: (value: string | null) => (value === null ? null : Number(value)),
  to: (value: number | null) => value,
};

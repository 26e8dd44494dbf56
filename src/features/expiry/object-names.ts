import type { Random } from '../../platform/ids/index.js';

/** How many prefixes an hour's objects are spread over: `00` to `ff`. */
export const OBJECT_SHARDS = 256;

/**
 * Names of mortal objects: `{2 hex}/{label}/{random}`, so that an hour does not sit under one prefix of the store and is still
 * found by its label alone. What a phone uploads stands below `incoming/` of the same hour.
 * @param label end of the hour, ms since the epoch
 */
export function objectName(label: number, random: Random, incoming = false): string {
  const name = random.bytes(16).toString('hex');
  return `${random.bytes(1).toString('hex')}/${label}/${incoming ? 'incoming/' : ''}${name}`;
}

/** Every prefix under which objects of an hour can lie. */
export function hourPrefixes(label: number): string[] {
  return Array.from({ length: OBJECT_SHARDS }, (_, shard) => `${shard.toString(16).padStart(2, '0')}/${label}/`);
}

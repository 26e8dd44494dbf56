import type { Random } from '../../platform/ids/index.js';

/** A whole name; its label is the first group. */
export const MORTAL_NAME = /^[0-9a-f]{2}\/(\d{1,15})\/(?:incoming\/)?[0-9a-f]{32}$/;
const MOST_SHARDS = 256;
/** One prefix for every so many ms of an hour's width: 256 for an hour of one hour. */
const MS_PER_SHARD = 14_000;

/**
 * How many prefixes an hour's objects are spread over. A store serves a prefix from one place, so a busy hour must not sit
 * under one; an hour of seconds (tests) need not be looked for under 256.
 */
export function objectShards({ bucketMs }: { readonly bucketMs: number }): number {
  return Math.min(MOST_SHARDS, Math.max(1, Math.floor(bucketMs / MS_PER_SHARD)));
}

/**
 * Names of mortal objects: `{2 hex}/{label}/{random}`, so that an hour is spread over the store and still found by its label
 * alone. What a phone uploads stands below `incoming/` of the same hour.
 * @param label end of the hour, ms since the epoch
 */
export function objectName(label: number, random: Random, { incoming = false, shards = MOST_SHARDS } = {}): string {
  const shard = shardName(random.bytes(1).readUInt8() % shards);
  return `${shard}/${label}/${incoming ? 'incoming/' : ''}${random.bytes(16).toString('hex')}`;
}

/** The hour of a mortal object, by its name; `undefined` for what is named otherwise. */
export function labelOfObject(name: string): number | undefined {
  const label = MORTAL_NAME.exec(name)?.[1];
  return label === undefined ? undefined : Number(label);
}

/** Every prefix under which objects of an hour can lie. */
export function hourPrefixes(label: number, shards = MOST_SHARDS): string[] {
  return Array.from({ length: shards }, (_, shard) => `${shardName(shard)}/${label}/`);
}

/**
 * What a rule of the store has to reach to empty it of everything mortal, and of nothing else: names begin with a hex digit, those
 * of what is kept (`log/…`) do not.
 */
export const MORTAL_PREFIXES: readonly string[] = Array.from({ length: 16 }, (_, digit) => digit.toString(16));

function shardName(shard: number): string {
  return shard.toString(16).padStart(2, '0');
}

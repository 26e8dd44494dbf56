import { uuidOfBytes } from './uuid-bytes.js';

/**
 * Mortal ids: UUIDv8 (RFC 9562 §5.8 leaves the layout to us). The leading 48 bits are the id's **label**: the end, in ms
 * since the epoch, of the hour in which what it names dies. The other 74 bits are random.
 *
 *   llllllll-llll-8rrr-[89ab]rrr-rrrrrrrrrrrr
 */

const PATTERN = /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const MAX_LABEL = 2 ** 48 - 1;

/** How many random bytes a mortal id takes; 6 of their 80 bits make room for version and variant. */
export const MORTAL_ID_RANDOM_BYTES = 10;

/**
 * @param label end of the hour of death, ms since the epoch, below 2^48
 * @param random 10 bytes
 * @throws RangeError for a label outside 48 bits or a wrong number of bytes
 */
export function makeMortalId(label: number, random: Uint8Array): string {
  if (!Number.isInteger(label) || label < 0 || label > MAX_LABEL) throw new RangeError('label must be an integer of 48 bits');
  if (random.length !== MORTAL_ID_RANDOM_BYTES) throw new RangeError(`random must be ${MORTAL_ID_RANDOM_BYTES} bytes`);
  const bytes = Buffer.alloc(16);
  bytes.writeUIntBE(label, 0, 6);
  bytes.set(random, 6);
  bytes[6] = 0x80 | (bytes.readUInt8(6) & 0x0f);
  bytes[8] = 0x80 | (bytes.readUInt8(8) & 0x3f);
  return uuidOfBytes(bytes);
}

/** The label of a UUIDv8, ms since the epoch; `undefined` for anything else. Says nothing of alignment: see `Hours.labelOf`. */
export function readLabel(id: string): number | undefined {
  return PATTERN.test(id) ? Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16) : undefined;
}

/** The least id of a label: partition bounds and range scans. */
export function leastId(label: number): string {
  const hex = label.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`;
}

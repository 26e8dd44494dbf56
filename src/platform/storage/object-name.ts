import { Fault } from '../faults/index.js';

/**
 * What every adapter asks of names, pages and lifetimes before it does anything, so that what one store takes the other
 * takes as well. Names are made by this server; a name that breaks these rules is a bug here, hence RangeError.
 */

/** Segments of ASCII letters, digits, `_`, `-` and inner dots: no `..`, nothing hidden, no byte that needs escaping in a URL. */
const NAME = /^[A-Za-z0-9_-][A-Za-z0-9._-]*(?:\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$/;
const MAX_NAME_LENGTH = 256;
const CONTENT_TYPE = /^[a-z0-9.+-]+\/[a-z0-9.+-]+$/;
const MAX_BATCH = 1000;

export function isObjectName(name: string): boolean {
  return name.length <= MAX_NAME_LENGTH && NAME.test(name);
}

export function checkedName(name: string): string {
  if (!isObjectName(name)) throw new RangeError('not an object name');
  return name;
}

export function checkedContentType(contentType: string): string {
  if (!CONTENT_TYPE.test(contentType)) throw new RangeError('not a content type');
  return contentType;
}

export function checkedBatch(names: readonly string[]): readonly string[] {
  if (names.length > MAX_BATCH) throw new RangeError(`at most ${MAX_BATCH} names at once`);
  names.forEach(checkedName);
  return names;
}

export function checkedLimit(limit: number = MAX_BATCH): number {
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_BATCH) throw new RangeError(`a page has 1 to ${MAX_BATCH} names`);
  return limit;
}

/**
 * Whole seconds a link may live: counted from the whole second that a signature carries, never past `expiresAt`.
 *
 * @param now, expiresAt ms since the epoch, by the database's clock
 * @throws Fault `upload_expired` or `snap_expired` where less than a second is left
 */
export function linkSeconds(now: number, expiresAt: number, expired: 'upload_expired' | 'snap_expired'): number {
  if (expiresAt - now < 1000) throw new Fault(expired, 'Too little time is left for a link.');
  return Math.floor((expiresAt - wholeSecond(now)) / 1000);
}

/** The second that a SigV4 date carries, in ms. */
export function wholeSecond(time: number): number {
  return Math.floor(time / 1000) * 1000;
}

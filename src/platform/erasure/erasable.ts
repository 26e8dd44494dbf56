/**
 * What a part of Flits keeps, and how each of it goes (R27). Declared beside the code that writes it, in a `*.erasable.ts`,
 * listed in src/app/erasables.ts. A process refuses to start where a table, a column, an object's name or a Redis key has no
 * owner here: nobody adds a place for data without saying how data leaves it.
 */
export interface Erasable {
  /** The feature or part of the platform, as its folder is called. */
  readonly owner: string;
  /** By `schema.table`. */
  readonly tables?: Readonly<Record<string, ErasableTable>>;
  readonly objects?: readonly ErasableObjects[];
  readonly redisKeys?: readonly ErasableKeys[];
}

export interface ErasableTable {
  /** Columns that say something of a person, pseudonymous ids included. */
  readonly personal: readonly string[];
  /** All others. */
  readonly plain: readonly string[];
  readonly rule: DeletionRule;
}

export interface ErasableObjects {
  readonly store: 'media' | 'vault';
  /** A whole name. */
  readonly names: RegExp;
  readonly rule: DeletionRule;
}

export interface ErasableKeys {
  /** A whole key, as Redis has it. */
  readonly keys: RegExp;
  readonly rule: DeletionRule;
}

export type DeletionRule =
  /** Partition or prefix of an hour, dropped with its key (features/expiry). */
  | { readonly goes: 'with its hour' }
  /** Partition by birth, dropped when its first row is as old as anything may become. */
  | { readonly goes: 'with its step' }
  /** Removed when the account is, by the purge of ended accounts; `also` names what removes it before. */
  | { readonly goes: 'with the account'; readonly also?: string }
  /** Removed once its time is over; `by` names what does it. */
  | { readonly goes: 'after its time'; readonly by: string }
  /** Stays for good: says nothing of anybody. */
  | { readonly goes: 'never'; readonly because: string };

export const withItsHour: DeletionRule = { goes: 'with its hour' };
export const withItsStep: DeletionRule = { goes: 'with its step' };
export const withTheAccount = (also?: string): DeletionRule => ({ goes: 'with the account', also });
export const afterItsTime = (by: string): DeletionRule => ({ goes: 'after its time', by });
export const never = (because: string): DeletionRule => ({ goes: 'never', because });

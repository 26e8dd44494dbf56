/**
 * Hints say "something new is in the database", nothing else: a lost hint costs a little time, never data, because every
 * hearer reads the durable rows. Adapters: in process, Redis (batched). One contract suite runs against both.
 */
export type Hint =
  | { readonly kind: 'events'; readonly personId: string; readonly seq: number; readonly requestId?: string }
  | { readonly kind: 'sessions_ended'; readonly deviceIds: readonly string[] };

export abstract class Hints {
  /** Fire and forget: never rejects, never blocks what announces. Call it after the commit. */
  abstract publish(hints: readonly Hint[]): void;
  /** @returns a function that ends the subscription */
  abstract subscribe(listener: (hint: Hint) => void): () => void;
  /** Rejects where no hint could be sent or heard now. */
  abstract check(): Promise<void>;
  abstract close(): Promise<void>;
}

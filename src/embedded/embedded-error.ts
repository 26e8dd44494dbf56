/** What went wrong and what to do, in words for the person at the terminal; `cause` holds the rest. */
export class EmbeddedError extends Error {
  override readonly name = 'EmbeddedError';
}

/** Where the embedded services say what they do. A pino logger fits. */
export interface EmbeddedLog {
  info(message: string): void;
  warn(message: string): void;
}

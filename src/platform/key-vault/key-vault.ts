/**
 * Hour keys, outside PostgreSQL and its backups. Only the hour-maker creates one, under its lock and before the hour's
 * partitions are attached; destroying one is what makes an hour unreadable for good.
 */
export abstract class KeyVault {
  /** Creates the key of an hour, or returns the one that is there (a maker that crashed half-way left it). 32 bytes. */
  abstract createOrRead(label: number): Promise<Buffer>;
  /** The key of an hour, 32 bytes; `undefined` where there is none. @throws where the vault cannot be asked or the object does not unwrap */
  abstract read(label: number): Promise<Buffer | undefined>;
  /** Idempotent; resolves only once the vault says that the key is gone. */
  abstract destroy(label: number): Promise<void>;
  /** Labels of all keys held, ascending. */
  abstract labels(): Promise<number[]>;
  /** @throws where the vault cannot be used: bucket versioned, unreachable, master key wrong */
  abstract check(): Promise<void>;
}

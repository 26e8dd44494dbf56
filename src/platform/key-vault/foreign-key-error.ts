/** The object is whole, and wrapped by another master key than the one that is configured. */
export class ForeignKeyError extends Error {
  override readonly name = 'ForeignKeyError';
}

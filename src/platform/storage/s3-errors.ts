import { ObjectStoreError } from './object-store.js';

/**
 * The store's code for what went wrong (`NoSuchKey`, `AccessDenied`) or the system's (`ECONNREFUSED`, `TimeoutError`). The
 * error itself stays here: the SDK hangs signatures and whole answers on it.
 */
export function codeOf(error: unknown): string {
  const { name, code, Code, $metadata } = error as { name?: string; code?: string; Code?: string; $metadata?: { httpStatusCode?: number } };
  // Nothing is aborted here but what takes too long.
  if (name === 'AbortError') return 'TimeoutError';
  const reason = Code ?? (name === 'Error' || name === 'AggregateError' || name === undefined ? code : name);
  if (reason && reason !== 'UnknownError' && reason !== 'Unknown') return reason;
  return $metadata?.httpStatusCode === undefined ? 'Unknown' : `Http${$metadata.httpStatusCode}`;
}

/** @throws ObjectStoreError in the place of whatever `work` throws, but for a RangeError, which is a bug of ours */
export async function attemptS3<T>(operation: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ObjectStoreError || error instanceof RangeError) throw error;
    throw new ObjectStoreError(operation, codeOf(error));
  }
}

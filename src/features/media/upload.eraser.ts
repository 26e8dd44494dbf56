import { statesBefore, type Transaction } from '../../platform/database/index.js';
import { uploadTransitions } from './upload.states.js';

/**
 * Marks an upload erased in the caller's transaction: keys and thumbhash are gone with the commit, a worker that is at it
 * finds that it lost its claim. Call it before locking the snap (the one lock order). Harmless when repeated.
 * While a link could bring the incoming object back its name stays, for the sweep.
 * @returns the objects that may exist, to be owed in the same transaction; none where it was erased before
 */
export async function eraseUpload(tx: Transaction, uploadId: string): Promise<string[]> {
  return (await eraseUploads(tx, [uploadId])).get(uploadId) ?? [];
}

/** The same for many, locked in the order of their ids. @returns the objects of each that was not erased before */
export async function eraseUploads(tx: Transaction, uploadIds: readonly string[]): Promise<Map<string, string[]>> {
  if (uploadIds.length === 0) return new Map();
  const erased = await tx.query<{ id: string; object_name: string; incoming_name: string | null }>(
    `WITH old AS (
       SELECT id, object_name, incoming_name FROM mortal.uploads WHERE id = ANY ($1::uuid[]) AND state = ANY ($2) ORDER BY id FOR UPDATE
     )
     UPDATE mortal.uploads u SET state = 'erased', client_key = NULL, content_key = NULL, thumbhash = NULL,
       incoming_name = CASE WHEN u.incoming_due > flits_now() THEN u.incoming_name END, unused_until = NULL, claimed_until = NULL, decode_started_at = NULL
     FROM old WHERE u.id = ANY ($1::uuid[]) AND u.id = old.id
     RETURNING u.id, old.object_name, old.incoming_name`,
    [uploadIds, statesBefore(uploadTransitions, 'erased')],
  );
  return new Map(
    erased.map(({ id, object_name, incoming_name }) => [id, incoming_name === null ? [object_name] : [object_name, incoming_name]]),
  );
}

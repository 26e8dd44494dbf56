/**
 * An upload: `pending` until its bytes are there, `processing` while a worker looks at them, then `ready` or `rejected`;
 * `erased` before its hour, or gone with it. Changed by conditional updates only, `WHERE state = ANY (statesBefore(next))`.
 */
export const uploadTransitions = {
  pending: ['processing', 'erased'],
  processing: ['ready', 'rejected', 'erased'],
  ready: ['erased'],
  rejected: ['erased'],
  erased: [],
} as const satisfies Record<string, readonly string[]>;

export type UploadState = keyof typeof uploadTransitions;
export type UploadKind = 'photo' | 'clip' | 'voice';
export type UploadEncryption = 'aes128gcm' | 'none';

/** The states from which an upload may come to `next`. */
export function statesBefore(next: UploadState): UploadState[] {
  const states = Object.keys(uploadTransitions) as UploadState[];
  return states.filter((state) => (uploadTransitions[state] as readonly UploadState[]).includes(next));
}

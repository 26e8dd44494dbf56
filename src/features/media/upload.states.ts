import type { Transitions } from '../../platform/database/index.js';

/**
 * An upload: `pending` until its bytes are there, `processing` while a worker looks at them, then `ready` or `rejected`;
 * `erased` before its hour, or gone with it. Changed by conditional updates only, `WHERE state = ANY (statesBefore(…))`.
 */
export const uploadTransitions = {
  pending: ['processing', 'erased'],
  processing: ['ready', 'rejected', 'erased'],
  ready: ['erased'],
  rejected: ['erased'],
  erased: [],
} as const satisfies Transitions;

export type UploadState = keyof typeof uploadTransitions;
export type UploadKind = 'photo' | 'clip' | 'voice';
export type UploadEncryption = 'aes128gcm' | 'none';

import type { Transitions } from '../../platform/database/index.js';

/**
 * A snap: `waiting` for its upload to be processed, `sent`, then `erased` before its hour or gone with it; `failed` where its
 * upload was refused. A delivery's state is what the sender sees of one recipient: where receipts are off it stays as it was
 * (`opened_at` alone says that it was opened), and only a screenshot is told. States are changed by conditional updates only.
 */
export const snapTransitions = {
  waiting: ['sent', 'failed', 'erased'],
  sent: ['erased'],
  failed: ['erased'],
  erased: [],
} as const satisfies Transitions;

export type SnapState = keyof typeof snapTransitions;

export const deliveryTransitions = {
  waiting: ['accepted', 'withdrawn'],
  accepted: ['delivered', 'opened', 'screenshot', 'withdrawn'],
  delivered: ['opened', 'screenshot', 'withdrawn'],
  opened: ['replayed', 'screenshot'],
  replayed: ['screenshot'],
  screenshot: [],
  withdrawn: [],
} as const satisfies Transitions;

export type DeliveryState = keyof typeof deliveryTransitions;
export type SnapKind = 'photo' | 'clip' | 'voice' | 'text';
export type ViewMode = 'once' | 'until_expiry';
export type Story = 'friends' | 'close';

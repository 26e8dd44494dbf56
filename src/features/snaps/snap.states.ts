/**
 * A snap: `waiting` for its upload to be processed, `sent`, then `erased` before its hour or gone with it; `failed` where its
 * upload was refused. A delivery is what the sender sees of one recipient. States are changed by conditional updates only.
 */
export const snapTransitions = {
  waiting: ['sent', 'failed', 'erased'],
  sent: ['erased'],
  failed: ['erased'],
  erased: [],
} as const satisfies Record<string, readonly string[]>;

export type SnapState = keyof typeof snapTransitions;

export const deliveryTransitions = {
  waiting: ['accepted', 'withdrawn'],
  accepted: ['delivered', 'opened', 'withdrawn'],
  delivered: ['opened', 'withdrawn'],
  opened: ['replayed'],
  replayed: [],
  withdrawn: [],
} as const satisfies Record<string, readonly string[]>;

export type DeliveryState = keyof typeof deliveryTransitions;
export type SnapKind = 'photo' | 'clip' | 'voice' | 'text';
export type ViewMode = 'once' | 'until_expiry';

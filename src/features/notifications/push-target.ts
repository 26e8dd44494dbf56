import { ECDH } from 'node:crypto';
import { z } from 'zod';

/** Longest endpoint that is kept, characters: those of the large services have 150 to 600. */
export const MAX_ENDPOINT = 2048;

const POINT_BYTES = 65; // uncompressed P-256 point: RFC 8291 §3.1
const AUTH_BYTES = 16; // RFC 8291 §3.2
const BASE64URL = /^[A-Za-z0-9_-]+={0,2}$/;

const bytes = (length: number) =>
  z
    .string()
    .max(128)
    .regex(BASE64URL, 'must be base64url')
    .refine((value) => Buffer.from(value, 'base64url').length === length, `must be ${length} bytes in base64url`);

/** Where a browser, or a UnifiedPush distributor, can be reached: `PushSubscription.toJSON()` as it is. */
const webPushTarget = z.strictObject({
  provider: z.literal('webpush'),
  subscription: z.strictObject({
    endpoint: z
      .string()
      .max(MAX_ENDPOINT)
      .refine((value) => URL.canParse(value), 'must be a URL')
      .describe('Kept encrypted. https, at a public address, unless the operator allows another'),
    expirationTime: z.number().nullish().describe('As browsers give it; not looked at: a service says by itself what is over'),
    keys: z.strictObject({
      p256dh: bytes(POINT_BYTES)
        .refine(isPoint, 'must be a point of P-256, uncompressed')
        .describe("The client's public key (RFC 8291 §3.1), base64url"),
      auth: bytes(AUTH_BYTES).describe('The shared secret (RFC 8291 §3.2), base64url'),
    }),
  }),
});

/** Where a device is to be woken up. Other providers (a relay, FCM, APNs) become further members, told apart by `provider`. */
export const pushTarget = z.discriminatedUnion('provider', [webPushTarget]);
export type PushTarget = z.infer<typeof pushTarget>;
export type WebPushTarget = z.infer<typeof webPushTarget>;
export type PushProvider = PushTarget['provider'];

/** What tells one subscription from another: a device that changes hands keeps its endpoint. */
export function addressOf(target: PushTarget): string {
  return `${target.provider} ${target.subscription.endpoint}`;
}

function isPoint(value: string): boolean {
  try {
    ECDH.convertKey(value, 'prime256v1', 'base64url', 'base64url', 'uncompressed');
    return Buffer.from(value, 'base64url')[0] === 4;
  } catch {
    return false;
  }
}

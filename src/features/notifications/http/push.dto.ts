import type { z } from 'zod';
import { pushTarget } from '../push-target.js';

export const pushBody = pushTarget.meta({
  examples: [
    {
      provider: 'webpush',
      subscription: {
        endpoint: 'https://push.example.net/push/JzLQ3raZJfFBR0aqvOMsLrt54w4rJUsV',
        expirationTime: null,
        keys: {
          // RFC 8291 §5
          p256dh: 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
          auth: 'BTBZMqHH6r4Tts7J_aSIgg',
        },
      },
    },
  ],
});
export type PushBody = z.infer<typeof pushBody>;

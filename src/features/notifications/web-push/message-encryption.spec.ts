import { createECDH, randomBytes } from 'node:crypto';
import * as ece from 'http_ece';
import { encryptMessage } from './message-encryption.js';

const bytes = (text: string) => Buffer.from(text, 'base64url');

describe('encryptMessage', () => {
  it('is the example of RFC 8291 §5, to the byte', () => {
    const message = encryptMessage(
      {
        p256dh: bytes('BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4'),
        auth: bytes('BTBZMqHH6r4Tts7J_aSIgg'),
      },
      Buffer.from('When I grow up, I want to be a watermelon'),
      { privateKey: bytes('yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw'), salt: bytes('DGv6ra1nlYgDCS1FRnbzlw') },
    );
    expect(message.toString('base64url')).toBe(
      'DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27ml' +
        'mlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPT' +
        'pK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN',
    );
  });

  it('opens with another implementation, and each time is another', () => {
    const client = createECDH('prime256v1');
    const keys = { p256dh: client.generateKeys(), auth: randomBytes(16) };
    const messages = [encryptMessage(keys, Buffer.alloc(0)), encryptMessage(keys, Buffer.alloc(0))] as const;
    for (const message of messages) {
      const open = { version: 'aes128gcm', privateKey: client, authSecret: keys.auth.toString('base64url') } as const;
      expect(ece.decrypt(message, open)).toEqual(Buffer.alloc(0));
    }
    expect(messages[0].equals(messages[1])).toBe(false);
  });
});

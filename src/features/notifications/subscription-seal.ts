import { Injectable } from '@nestjs/common';
import { hmac, MasterKeys, sealKey, unsealKey } from '../../platform/crypto/index.js';
import { addressOf, pushTarget, type PushTarget } from './push-target.js';

/** An endpoint is an address at which its person can be reached for as long as it lives: it is in no row, and no backup, in the clear. */
@Injectable()
export class SubscriptionSeal {
  readonly #key: Buffer;
  readonly #macKey: Buffer;

  constructor(keys: MasterKeys) {
    this.#key = keys.derive('push subscriptions v1');
    this.#macKey = keys.derive('push endpoints v1');
  }

  seal(deviceId: string, target: PushTarget): Buffer {
    return sealKey(this.#key, Buffer.from(JSON.stringify(target)), boundTo(deviceId));
  }

  /** @returns `undefined` for what another master key sealed: the device has signed in under that one and is signed out by now */
  open(deviceId: string, sealed: Buffer): PushTarget | undefined {
    try {
      return pushTarget.parse(JSON.parse(unsealKey(this.#key, sealed, boundTo(deviceId)).toString()));
    } catch {
      return undefined;
    }
  }

  /** Tells one endpoint from another without having it. */
  mac(target: PushTarget): Buffer {
    return hmac(this.#macKey, addressOf(target));
  }
}

function boundTo(deviceId: string): string {
  return `push subscription of device ${deviceId}`;
}

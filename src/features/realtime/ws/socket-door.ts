import type { IncomingMessage } from 'node:http';
import { Injectable } from '@nestjs/common';
import { Config } from '../../../platform/config/index.js';
import { Fault } from '../../../platform/faults/index.js';
import { addressKey } from '../../../platform/http/address-key.js';
import { Limiter } from '../../../platform/limits/index.js';
import type { CloseName } from '../close-codes.js';
import { SUBPROTOCOL } from '../realtime.settings.js';
import { ClientAddress } from './client-address.js';
import { SocketOrigins } from './socket-origins.js';

/** Decides on a fresh socket before a frame of it is read. */
@Injectable()
export class SocketDoor {
  readonly #origins: SocketOrigins;
  readonly #address: ClientAddress;

  constructor(
    config: Config,
    private readonly limiter: Limiter,
  ) {
    this.#origins = new SocketOrigins(config);
    this.#address = new ClientAddress(config);
  }

  /** @returns why it may not come in; `undefined` where it may */
  async refusal(protocol: string, request: IncomingMessage): Promise<CloseName | undefined> {
    if (protocol !== SUBPROTOCOL) return 'unknown_subprotocol';
    if (!this.#origins.allows(request.headers.origin)) return 'forbidden';
    try {
      await this.limiter.consume('realtime_connect', `address:${addressKey(this.#address.of(request))}`);
      return undefined;
    } catch (error) {
      return error instanceof Fault && error.code === 'rate_limited' ? 'too_fast' : 'restarting';
    }
  }
}

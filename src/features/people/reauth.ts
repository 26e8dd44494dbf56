import { Injectable } from '@nestjs/common';
import { DevicesRepository } from './devices.repository.js';
import { reauthRequired } from './people.errors.js';

/** Sensitive calls want the password within the last 5 minutes, on the device that asks. */
@Injectable()
export class Reauth {
  constructor(private readonly devices: DevicesRepository) {}

  /** @throws Fault `reauth_required` */
  async require(deviceId: string): Promise<void> {
    if (!(await this.devices.isReauthenticated(deviceId))) throw reauthRequired();
  }
}

import { Injectable } from '@nestjs/common';
import type { DeviceEntity } from './device.entity.js';
import { DevicesRepository } from './devices.repository.js';
import { Reauth } from './reauth.js';
import { noSuchDevice } from './people.errors.js';
import { SessionsService } from './sessions.service.js';

/** A person's own devices. */
@Injectable()
export class DevicesService {
  constructor(
    private readonly devices: DevicesRepository,
    private readonly sessions: SessionsService,
    private readonly reauth: Reauth,
  ) {}

  /** Living ones, oldest first; at most five. */
  list(personId: string): Promise<DeviceEntity[]> {
    return this.devices.alive(personId);
  }

  /**
   * Ends a device's session, sockets included.
   * @param from the device that asks, which must have shown the password of late
   * @throws Fault `reauth_required`, `not_found`
   */
  async end(personId: string, deviceId: string, from: string): Promise<void> {
    await this.reauth.require(from);
    if (!(await this.sessions.end(personId, deviceId))) throw noSuchDevice();
  }
}

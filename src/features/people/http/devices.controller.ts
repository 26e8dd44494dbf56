import { Controller, Delete, Get } from '@nestjs/common';
import { CallerOf, IdParam, Limit, Operation, type Caller } from '../../../platform/http/index.js';
import { DevicesService } from '../devices.service.js';
import { answerDevices } from './people.answers.js';
import { devicesAnswer } from './people.dto.js';

@Controller('v1/devices')
export class DevicesController {
  constructor(private readonly devices: DevicesService) {}

  @Get()
  @Limit('read')
  @Operation({ id: 'listDevices', tag: 'devices', summary: 'My devices', status: 200, gives: 'At most five', answer: devicesAnswer })
  async list(@CallerOf() { personId, deviceId }: Caller) {
    return answerDevices(await this.devices.list(personId), deviceId);
  }

  @Delete(':id')
  @Limit('read')
  @Operation({
    id: 'endDevice',
    tag: 'devices',
    summary: 'Sign out one of my devices',
    status: 204,
    gives: 'Done; its sockets close',
    codes: ['reauth_required'],
  })
  async end(@CallerOf() { personId, deviceId }: Caller, @IdParam() id: string): Promise<void> {
    await this.devices.end(personId, id, deviceId);
  }
}

import { Body, Controller, Delete, Put } from '@nestjs/common';
import { CallerOf, Limit, Operation, type Caller } from '../../../platform/http/index.js';
import { SubscriptionsService } from '../subscriptions.service.js';
import { pushBody, type PushBody } from './push.dto.js';

@Controller('v1/devices/current/push')
export class PushController {
  constructor(private readonly subscriptions: SubscriptionsService) {}

  @Put()
  @Limit('push')
  @Operation({
    id: 'putPush',
    tag: 'devices',
    summary: 'Wake this device up when something came',
    description:
      'Web Push, in browsers and by UnifiedPush: `subscription` is what `PushSubscription.toJSON()` gives, made with the `vapid_public_key` of `GET /v1/server`. ' +
      'A wake-up carries nothing; fetch what there is. Replaces what was there; ends with the session.',
    status: 204,
    gives: 'From now on',
  })
  async put(@CallerOf() caller: Caller, @Body({ schema: pushBody }) body: PushBody): Promise<void> {
    await this.subscriptions.put(caller, body);
  }

  @Delete()
  @Limit('read')
  @Operation({ id: 'deletePush', tag: 'devices', summary: 'Let this device sleep', status: 204, gives: 'No wake-ups any more' })
  async remove(@CallerOf() { deviceId }: Caller): Promise<void> {
    await this.subscriptions.remove(deviceId);
  }
}

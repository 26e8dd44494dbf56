import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { Clock } from '../../../platform/clock/index.js';
import { Config } from '../../../platform/config/index.js';
import { CallerOf, Limit, LimitByAddress, Operation, type Caller } from '../../../platform/http/index.js';
import { answerUser } from '../../people/index.js';
import { FriendCodesService } from '../friend-codes.service.js';
import { FriendsService } from '../friends.service.js';
import { codeParam, friendCodeAnswer, friendCodeBody, previewAnswer, type FriendCodeBody } from './friends.dto.js';

@Controller('v1/friend-codes')
export class FriendCodesController {
  constructor(
    private readonly codes: FriendCodesService,
    private readonly friends: FriendsService,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  @Post()
  @Limit('friend_code')
  @Operation({
    id: 'createFriendCode',
    tag: 'friends',
    summary: 'A code that makes friends',
    description:
      'Good for 10 minutes. `ask: false` is for a QR code held up: whoever scans it is a friend at once, up to `uses` people. ' +
      '`ask: true` is for a link that is shared: whoever has it asks. Of more than five living codes the oldest ends.',
    status: 201,
    gives: 'The code; nobody can read it again',
    answer: friendCodeAnswer,
  })
  async create(@CallerOf() { personId }: Caller, @Body({ schema: friendCodeBody }) body: FriendCodeBody) {
    const { code, expiresAt } = await this.codes.create(personId, body);
    return { code, url: `${this.config.PUBLIC_URL}/add/${code}`, ...this.#until(expiresAt) };
  }

  @Get(':code')
  @Limit('read')
  @LimitByAddress('friend_code_address')
  @Operation({
    id: 'previewFriendCode',
    tag: 'friends',
    summary: 'Whose code this is',
    description: 'Uses nothing up. Five wrong codes in ten minutes are the most. Send the code to POST /v1/friend-requests to use it.',
    status: 200,
    gives: 'The person, what we are to each other, and whether the code asks',
    answer: previewAnswer,
  })
  async preview(@CallerOf() { personId }: Caller, @Param('code', { schema: codeParam }) code: string) {
    const { personId: ownerId, ask, expiresAt } = await this.codes.preview(personId, code);
    const { person, relation } = await this.friends.see(personId, ownerId);
    return { user: answerUser(person), relation, ask, ...this.#until(expiresAt) };
  }

  #until(expiresAt: Date) {
    return { expires_at: expiresAt.toISOString(), server_time: this.clock.date().toISOString() };
  }
}

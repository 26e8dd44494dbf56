import { Module, type OnModuleInit } from '@nestjs/common';
import { Sweeper } from '../expiry/index.js';
import { FriendCodesRepository } from './friend-codes.repository.js';

/** What workers do for friends' rows. Needs ExpiryWorkerModule. */
@Module({ providers: [FriendCodesRepository] })
export class FriendsWorkerModule implements OnModuleInit {
  constructor(
    private readonly sweeper: Sweeper,
    private readonly codes: FriendCodesRepository,
  ) {}

  onModuleInit(): void {
    this.sweeper.register({ name: 'friend codes', run: () => this.codes.deleteDead() });
  }
}

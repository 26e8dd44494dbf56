import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Sweeper } from '../expiry/index.js';
import { StorySpreader } from './story-spreader.js';

/** The worker's share of stories: audiences whose job was lost are found in rows. */
@Injectable()
export class StoriesSweeps implements OnModuleInit {
  constructor(
    private readonly sweeper: Sweeper,
    private readonly stories: StorySpreader,
  ) {}

  onModuleInit(): void {
    this.sweeper.register({ name: 'unspread stories', run: () => this.stories.announceLost() });
  }
}

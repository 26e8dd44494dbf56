import { Module } from '@nestjs/common';
import { FriendsModule } from '../friends/index.js';
import { MediaModule } from '../media/index.js';
import { AccountEndings } from './account-endings.js';
import { DeliveryAcks } from './delivery-acks.js';
import { EndedRelations } from './ended-relations.js';
import { InboxService } from './inbox.service.js';
import { SnapListeners } from './snap-listeners.js';
import { SnapMediaLinks } from './snap-media-links.js';
import { SnapMint } from './snap-mint.js';
import { OpeningService } from './opening.service.js';
import { SendingService } from './sending.service.js';
import { SentService } from './sent.service.js';
import { SnapsEraser } from './snaps.eraser.js';
import { Reportables } from './reportables.js';
import { Screenshots } from './screenshots.js';
import { StoriesService } from './stories.service.js';
import { StorySpreader } from './story-spreader.js';
import { ViewingService } from './viewing.service.js';

/** The core, for every role: what reads, writes and reacts. */
@Module({
  imports: [FriendsModule, MediaModule],
  providers: [
    AccountEndings,
    DeliveryAcks,
    EndedRelations,
    InboxService,
    OpeningService,
    Reportables,
    Screenshots,
    SendingService,
    SentService,
    SnapListeners,
    SnapMediaLinks,
    SnapMint,
    SnapsEraser,
    StoriesService,
    StorySpreader,
    ViewingService,
  ],
  exports: [
    DeliveryAcks,
    InboxService,
    OpeningService,
    Reportables,
    Screenshots,
    SendingService,
    SentService,
    SnapMint,
    SnapsEraser,
    StoriesService,
    StorySpreader,
    ViewingService,
  ],
})
export class SnapsModule {}

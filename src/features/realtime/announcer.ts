import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { Hints } from '../../platform/hints/index.js';
import { Log, runInContext } from '../../platform/observability/index.js';
import { SessionWatch } from '../people/index.js';
import { Hearers } from './hearers.js';

/** Brings what happens elsewhere to whoever waits for it in this process. */
@Injectable()
export class Announcer implements OnModuleInit, OnModuleDestroy {
  #unsubscribe?: () => void;

  constructor(
    private readonly hints: Hints,
    private readonly sessions: SessionWatch,
    private readonly hearers: Hearers,
    private readonly log: Log,
  ) {}

  onModuleInit(): void {
    this.sessions.onEnded((deviceIds) => this.hearers.endSessions(deviceIds));
    this.#unsubscribe = this.hints.subscribe((hint) => {
      if (hint.kind === 'events') this.#announce(hint.personId, hint.seq, hint.requestId);
    });
  }

  onModuleDestroy(): void {
    this.#unsubscribe?.();
  }

  /** What is read and sent because of a hint logs the id of the request that caused it. */
  #announce(personId: string, seq: number, requestId: string | undefined): void {
    if (requestId === undefined) {
      this.hearers.tell(personId, seq);
      return;
    }
    runInContext({ requestId }, () => {
      const told = this.hearers.tell(personId, seq);
      if (told > 0) this.log.debug({ seq, told }, 'hint');
    });
  }
}

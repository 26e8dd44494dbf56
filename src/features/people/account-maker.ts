import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../platform/database/index.js';
import { Ids } from '../../platform/ids/index.js';
import { EventLog } from '../events/index.js';
import { HandleQuarantine } from './handle-quarantine.js';
import { handleTaken } from './people.errors.js';
import { PeopleRepository, type NewPerson } from './people.repository.js';
import { SessionsService } from './sessions.service.js';

/** Everything a new account consists of: the person, the event counter, the first device. */
@Injectable()
export class AccountMaker {
  constructor(
    private readonly people: PeopleRepository,
    private readonly quarantine: HandleQuarantine,
    private readonly sessions: SessionsService,
    private readonly events: EventLog,
    private readonly ids: Ids,
  ) {}

  /** @returns the id of the first device @throws Fault `handle_taken` */
  async make(tx: Transaction, person: Omit<NewPerson, 'id'>, deviceName: string): Promise<string> {
    const id = this.ids.lasting();
    if (!(await this.people.insert(tx, { ...person, id }))) throw handleTaken();
    // After the insert, which waited for a deletion of the same handle that was under way.
    if (await this.quarantine.isHeld(tx, person.handle)) throw handleTaken();
    await this.events.openCounter(tx, id);
    return this.sessions.open(tx, id, { name: deviceName });
  }
}

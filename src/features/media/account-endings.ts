import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Database, type Transaction } from '../../platform/database/index.js';
import { Hours } from '../../platform/ids/index.js';
import { Erasures } from '../expiry/index.js';
import { AccountListeners, inOnePage, PersonalData } from '../people/index.js';
import { eraseUpload } from './upload.eraser.js';

/** What uploads hold about a person, and how they end with the account. Those that snaps were made of end with the snap. */
@Injectable()
export class MediaAccountEndings implements OnModuleInit {
  constructor(
    private readonly accounts: AccountListeners,
    private readonly data: PersonalData,
    private readonly erasures: Erasures,
    private readonly database: Database,
    private readonly hours: Hours,
  ) {}

  onModuleInit(): void {
    this.accounts.register({ ended: (tx, personId) => this.#eraseUnsent(tx, personId) });
    this.data.register({
      name: 'uploads',
      what: 'Files that you have uploaded: when, of what kind and size. What they show is sealed.',
      until: 'the hour on them, 72 hours at the latest; 6 hours where nothing was sent of it',
      pages: inOnePage(
        this.database,
        `SELECT id, kind, state, created_at, incoming_bytes AS bytes FROM mortal.uploads
         WHERE owner_id = $1 AND state <> 'erased' AND mortal_label(id) > epoch_ms(flits_now()) ORDER BY created_at`,
      ),
      // Their objects are owed by now, by name: the rows say nothing more that is needed.
      erase: async (tx, personId) => void (await tx.query('DELETE FROM mortal.uploads WHERE owner_id = $1', [personId])),
    });
  }

  async #eraseUnsent(tx: Transaction, personId: string): Promise<void> {
    const unsent = await tx.query<{ id: string }>(
      `SELECT id FROM mortal.uploads WHERE owner_id = $1 AND snap_id IS NULL AND state <> 'erased' ORDER BY id FOR UPDATE`,
      [personId],
    );
    for (const { id } of unsent) {
      await this.erasures.owe(tx, { label: this.hours.ownLabelOf(id), reason: 'unused', objectNames: await eraseUpload(tx, id) });
    }
  }
}

import type { MasterKeys } from '../../platform/crypto/index.js';
import type { Database } from '../../platform/database/index.js';
import { Random } from '../../platform/ids/index.js';
import { ModerationKey } from './moderation-key.js';

interface Row {
  readonly id: string;
  readonly note: Buffer | null;
  readonly words_key: Buffer | null;
  readonly content_key: Buffer | null;
}

const PAGE = 500;

/**
 * Carries what reports hold over to the next master key: copies and notes stay readable for moderators. What is wrapped by it
 * already is left alone, so that a rotation that was cut short may be repeated. @returns how many reports were touched
 */
export async function rewrapReports(database: Database, { previous, next }: { previous: MasterKeys; next: MasterKeys }): Promise<number> {
  const random = new Random();
  const [old, fresh] = [new ModerationKey(random, previous), new ModerationKey(random, next)];
  let touched = 0;
  for (let after = '00000000-0000-0000-0000-000000000000'; ;) {
    const rows = await database.query<Row>(
      `SELECT id, note, words_key, content_key FROM reports
       WHERE id > $1 AND (note IS NOT NULL OR words_key IS NOT NULL OR content_key IS NOT NULL) ORDER BY id LIMIT ${PAGE}`,
      [after],
    );
    for (const row of rows) {
      const moved = [
        fresh.adopt(old, row.id, 'note', row.note),
        fresh.adopt(old, row.id, 'words', row.words_key),
        fresh.adopt(old, row.id, 'media', row.content_key),
      ];
      if (moved.every((wrapped) => wrapped === null)) continue;
      await database.query(
        `UPDATE reports SET note = coalesce($2, note), words_key = coalesce($3, words_key), content_key = coalesce($4, content_key) WHERE id = $1`,
        [row.id, ...moved],
      );
      touched += 1;
    }
    if (rows.length < PAGE) return touched;
    after = rows.at(-1)?.id ?? after;
  }
}

import { isAmong } from '../../platform/database/index.js';
import type { PayloadSource } from '../events/index.js';
import type { UploadEntity } from './upload.entity.js';
import { viewOf } from './upload-view.js';

type ToldRow = Pick<UploadEntity, 'id' | 'state' | 'kind' | 'reason' | 'width' | 'height'> & { readonly duration_ms: number | null };

const told: PayloadSource<ToldRow> = {
  name: 'media.told',
  types: ['upload.ready', 'upload.rejected'],
  text: `
SELECT u.id, u.state, u.kind, u.reason, u.width, u.height, u.duration_ms
FROM mortal.uploads u WHERE u.owner_id = $1 AND ${isAmong('u.id', ':refs')} AND u.state <> 'erased'`,
  read(rows, subjects) {
    const living = new Map(rows.map((row) => [row.id, row]));
    return subjects.map(({ ref }) => {
      const row = living.get(ref);
      return row && { upload_id: ref, ...viewOf({ ...row, durationMs: row.duration_ms }) };
    });
  },
};

/** How `upload.*` events read, from the living row; an erased upload is dead and its events are skipped. */
export const mediaEventSources: readonly PayloadSource[] = [told];

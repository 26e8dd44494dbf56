import type { EventData } from '../../events/index.js';
import { uuid } from '../../../platform/http/index.js';
import { uploadAnswer } from './uploads.dto.js';

const decided = uploadAnswer.omit({ id: true }).extend({ upload_id: uuid });
const upload_id = '01a21a4d-4000-8a44-9c5b-e1d2f3a4b5c6';

export const mediaEventData: EventData<'upload.ready' | 'upload.rejected'> = {
  'upload.ready': { data: decided, to: 'its owner', example: { upload_id, state: 'ready', kind: 'photo', width: 2048, height: 1536 } },
  'upload.rejected': {
    data: decided,
    to: 'its owner',
    example: { upload_id, state: 'rejected', kind: 'photo', reason: 'undecodable', detail: 'This photo cannot be read.' },
  },
};

import { errorCodes } from '../../faults/index.js';

/** RFC 9457 with our members: the schema of every refusal. */
export const problemSchema = {
  type: 'object',
  required: ['type', 'title', 'status', 'detail', 'instance', 'code', 'request_id'],
  properties: {
    type: { type: 'string', format: 'uri', description: '`urn:flits:error:` and the code' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string', description: 'For a person to read; not stable' },
    instance: { type: 'string', description: 'The path that was asked for' },
    code: { type: 'string', enum: Object.keys(errorCodes), description: 'Stable; more may be added' },
    request_id: { type: 'string' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['pointer', 'code', 'message'],
        properties: {
          pointer: { type: 'string', format: 'json-pointer', description: 'RFC 6901, into the body, or a query parameter by its name' },
          code: { type: 'string' },
          message: { type: 'string' },
        },
      },
    },
  },
};

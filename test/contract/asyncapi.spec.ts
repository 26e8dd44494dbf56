import { Ajv, type AnySchema } from 'ajv';
import addFormats from 'ajv-formats';
import { eventData } from '../../src/app/event-data.js';
import { eventTypes } from '../../src/features/events/index.js';
import { asyncApiDocument } from '../../src/features/realtime/index.js';
import { committedAsyncApi as committed, FrameChecker } from '../support/asyncapi.js';
import { readProjectFile } from '../support/project-file.js';

describe('contract/asyncapi.yaml', () => {
  it('is what the schemas say (npm run contract writes it anew)', () => {
    expect(committed).toEqual(asyncApiDocument(eventData));
  });

  it('is an AsyncAPI 3.0.0 document, by the schema of AsyncAPI itself', () => {
    const ajv = new Ajv({ strict: false, allErrors: true });
    addFormats.default(ajv);
    const check = ajv.compile(JSON.parse(readProjectFile('node_modules/@asyncapi/specs/schemas/3.0.0-without-$id.json')) as AnySchema);
    expect([check(committed), check.errors]).toEqual([true, null]);
    expect(check({ ...committed, channels: { realtime: { address: 1 } } })).toBe(false);
  });

  it('refers to nothing that is not there', () => {
    const refs = [...JSON.stringify(committed).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path]) => path ?? '');
    expect(refs.length).toBeGreaterThan(20);
    for (const path of refs) {
      const target = path.split('/').reduce<unknown>((node, key) => (node as Record<string, unknown> | undefined)?.[key], committed);
      expect([path, typeof target]).toEqual([path, 'object']);
    }
  });

  it('has the ops of the contract and every event, each in one direction', () => {
    const ops = Object.values(committed.operations).map(({ messages }) => messages.map(({ $ref }) => $ref.split('/').at(-1)));
    expect(ops[0]).toEqual(['identify', 'resume', 'ack', 'heartbeat']);
    expect(ops[1]?.toSorted()).toEqual(['hello', 'ready', 'heartbeat_ack', 'error', 'reconnect', ...eventTypes].toSorted());
  });

  it('is strict about what clients send and lenient about what they get', () => {
    expect(committed.components.messages.identify?.payload.additionalProperties).toBe(false);
    expect(committed.components.messages['snap.received']?.payload.additionalProperties).toBeUndefined();
  });

  it.each(eventTypes)('shows a %s, as it is sent', (type) => {
    const { examples = [], summary } = committed.components.messages[type]!;
    expect(summary).toMatch(/^To /);
    expect(examples).toHaveLength(1);
    const checker = new FrameChecker();
    for (const { payload } of examples) expect(checker.faults(payload as { op: string; type: string })).toEqual([]);
  });
});

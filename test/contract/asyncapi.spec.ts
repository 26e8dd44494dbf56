import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { eventTypes } from '../../src/features/events/index.js';
import { asyncApiDocument } from '../../src/features/realtime/index.js';

interface Document {
  channels: { realtime: { messages: Record<string, { $ref: string }> } };
  operations: Record<string, { messages: { $ref: string }[] }>;
  components: { messages: Record<string, { payload: { properties: Record<string, { enum?: string[] }>; additionalProperties?: boolean } }> };
}

const committed = parse(readFileSync(join(__dirname, '../../contract/asyncapi.yaml'), 'utf8')) as Document;

describe('contract/asyncapi.yaml', () => {
  it('is what the frame schemas say (npm run contract writes it anew)', () => {
    expect(committed).toEqual(asyncApiDocument());
  });

  it('refers to nothing that is not there', () => {
    const refs = [...JSON.stringify(committed).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path]) => path ?? '');
    expect(refs.length).toBeGreaterThan(20);
    for (const path of refs) {
      const target = path.split('/').reduce<unknown>((node, key) => (node as Record<string, unknown> | undefined)?.[key], committed);
      expect([path, typeof target]).toEqual([path, 'object']);
    }
  });

  it('has the ops of the contract, each in one direction', () => {
    const ops = Object.values(committed.operations).map(({ messages }) => messages.map(({ $ref }) => $ref.split('/').at(-1)));
    expect(ops).toEqual([
      ['identify', 'resume', 'ack', 'heartbeat'],
      ['hello', 'ready', 'event', 'heartbeat_ack', 'error', 'reconnect'],
    ]);
  });

  it('is strict about what clients send and lenient about what they get', () => {
    const { identify, event } = committed.components.messages;
    expect(identify?.payload.additionalProperties).toBe(false);
    expect(event?.payload.additionalProperties).toBeUndefined();
    expect(event?.payload.properties.type?.enum).toEqual([...eventTypes]);
  });
});

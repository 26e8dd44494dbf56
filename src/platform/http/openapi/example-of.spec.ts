import { z } from 'zod';
import { line, uuid } from '../text.js';
import { exampleOf, type ExampleSchema } from './example-of.js';
import { toJsonSchema } from './json-schema.js';

const schemaOf = (schema: z.ZodType) => toJsonSchema(schema, { schemaType: 'input' })?.schema as ExampleSchema;

describe('examples of the OpenAPI document', () => {
  it('are of the schema', () => {
    const schema = z.strictObject({
      id: uuid,
      handle: z.string(),
      device_name: line(50).default('Unnamed device'),
      at: z.iso.datetime({ precision: 3 }),
      born: z.iso.date().optional(),
      mode: z.enum(['once', 'until_expiry']),
      seconds: z.int().min(2).max(10),
      loop: z.boolean().default(false),
      nobody: z.string().nullable(),
      ids: z.array(uuid),
      version: z.literal(1),
    });
    expect(() => schema.parse(exampleOf(schemaOf(schema)))).not.toThrow();
  });

  it('are the ones that a schema names, where it names some', () => {
    const schema = z.strictObject({ handle: z.string().optional(), code: z.string().optional() }).meta({ examples: [{ handle: 'anna' }] });
    expect(exampleOf(schemaOf(schema))).toEqual({ handle: 'anna' });
  });
});

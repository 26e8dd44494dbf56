import { z } from 'zod';

interface Converted {
  readonly schema: unknown;
  readonly components?: Record<string, unknown>;
}

/**
 * zod to JSON Schema 2020-12, which is what OpenAPI 3.1 holds (@nestjs/swagger's default is 3.0's dialect). Answers lose
 * `additionalProperties: false`: clients ignore unknown fields, so that fields can be added.
 */
export function toJsonSchema(schema: unknown, { schemaType }: { schemaType: 'input' | 'output' }): Converted | undefined {
  if (!(schema instanceof z.core.$ZodType)) return undefined;
  const {
    $schema: _,
    $defs,
    ...converted
  } = z.toJSONSchema(schema, {
    target: 'draft-2020-12',
    io: schemaType,
    unrepresentable: 'any',
    override: ({ jsonSchema }) => {
      if (schemaType === 'output' && jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
      // The format says the same in fewer words.
      if (jsonSchema.format === 'date' || jsonSchema.format === 'date-time') delete jsonSchema.pattern;
      // zod's own bound of safe integers says nothing to a reader.
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
    },
  });
  return { schema: converted, components: $defs };
}

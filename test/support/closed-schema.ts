import type { AnySchema } from 'ajv';

/** A JSON Schema in which every object that names its fields has no others. */
export function closed(schema: unknown): AnySchema {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema as AnySchema;
  const all: Record<string, unknown> = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]));
  return all.type === 'object' && all.properties && !('additionalProperties' in all) ? { ...all, additionalProperties: false } : all;
}

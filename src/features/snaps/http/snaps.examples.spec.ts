import type { z } from 'zod';
import * as schemas from './snaps.dto.js';

/** Without members that are `undefined`, as JSON has it. */
const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('examples of the snap routes', () => {
  const shown = (Object.entries(schemas) as [string, z.ZodType][]).flatMap(([name, schema]) =>
    ((schema.meta()?.examples ?? []) as unknown[]).map((example, n) => [`${name} ${n}`, schema, asJson(example)] as const),
  );

  it('are there', () => expect(shown.length).toBeGreaterThan(12));
  it.each(shown)('%s is what its schema says', (_name, schema, example) => {
    expect(schema.safeParse(example).error?.issues).toBeUndefined();
  });
});

import { z } from 'zod';

const position = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

export const commitmentParam = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .describe('The `commitment` of a receipt: 64 hex digits.');

export const leavesQuery = z.strictObject({
  from: position.default(0).describe('First position.'),
  to: position.optional().describe('Position after the last. Default, and at most: `from` + 1000.'),
});
export type LeavesQuery = z.infer<typeof leavesQuery>;

export const leavesAnswer = z.object({
  items: z.array(z.object({ position: z.int(), leaf: z.string() })),
});

export const proofQuery = z.strictObject({
  leaf: z
    .enum(['accept', 'end'])
    .default('accept')
    .describe('`accept`: that the snap was taken. `end`: that it is gone, by its ERASE leaf or else by the HOUR leaf of its label.'),
});
export type ProofQuery = z.infer<typeof proofQuery>;

export const consistencyQuery = z.strictObject({ from: position, to: position });
export type ConsistencyQuery = z.infer<typeof consistencyQuery>;

export const consistencyAnswer = z.object({
  from: z.int(),
  to: z.int(),
  hashes: z.array(z.string()).describe('RFC 9162 §2.1.4, each hash in base64.'),
});

import { z } from 'zod';
import { variables } from '../../dist/src/platform/config/index.js';
import { page, table } from './markdown.mjs';

/** docs/configuration.md: every variable of config.schema.ts with its form, its default and its words. */
export function configurationPage() {
  const rows = Object.entries(variables).map(([name, schema]) => [`\`${name}\``, formOf(schema), defaultOf(schema), schema.description]);
  return page(
    '# Configuration',
    'Flits reads its environment once, at start. Every fault is printed at once, by the name of its variable, never by its value. ' +
      'An empty variable counts as not set.',
    'Each variable can also be given as `NAME_FILE`: a file that holds the value, as secrets often come. Setting both is a fault.',
    table(['variable', 'form', 'default', 'what'], rows),
    'Some rules span several variables (the check at start names them): roles other than `all` need `DATABASE_URL`, `REDIS_URL` ' +
      'and `S3_ENDPOINT`; `S3_ENDPOINT` needs its two keys; `SNAP_TTL_SECONDS / BUCKET_SECONDS` must not be above 72, and `SNAP_TTL_SECONDS` with 13 buckets not above 94 hours; and ' +
      '`NODE_ENV=production` refuses embedded services, weak or default secrets, an address without TLS and plain uploads, and services that are not fit: [operations.md](operations.md#what-production-refuses).',
  );
}

function formOf(schema) {
  const { enum: values, type, minimum, exclusiveMinimum, maximum } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  if (values) return values.map((value) => `\`${value}\``).join(', ');
  // Numbers are coerced from text, which JSON Schema cannot say; their range stands in the output's schema.
  const number = type === 'integer' || type === 'number' ? { minimum, exclusiveMinimum, maximum } : undefined;
  if (!number) return 'text';
  const least = number.minimum ?? (number.exclusiveMinimum === undefined ? undefined : number.exclusiveMinimum + 1);
  const most = number.maximum === Number.MAX_SAFE_INTEGER ? undefined : number.maximum;
  return most === undefined ? `whole number from ${least}` : `whole number, ${least} to ${most}`;
}

function defaultOf(schema) {
  const result = schema.safeParse(undefined);
  const fallback = result.success && result.data !== undefined ? String(result.data) : '';
  return fallback === '' ? '–' : `\`${fallback}\``;
}

import type { ArgumentMetadata, PipeTransform } from '@nestjs/common';
import { Fault } from '../faults/index.js';
import { fieldFaults } from './issues.js';

/**
 * Checks every body, query and path parameter against the schema its decorator names (`@Body({ schema })`, Standard Schema)
 * and hands on the parsed value. Nest's own StandardSchemaValidationPipe does not tell its exception factory which
 * parameter it looks at, and a malformed id in a path must be the same 404 as an unknown one.
 */
export class ValidationPipe implements PipeTransform {
  async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    const { schema, type } = metadata;
    if (!schema) return value;
    const result = await schema['~standard'].validate(value);
    if (!result.issues) return result.value;
    if (type === 'param') throw new Fault('not_found', 'A malformed path parameter.');
    throw new Fault('validation_failed', `The ${type} has faults; see errors.`, { errors: fieldFaults(result.issues, value) });
  }
}

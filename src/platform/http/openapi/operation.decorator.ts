import { applyDecorators, HttpCode } from '@nestjs/common';
import { ApiExtension, ApiOperation, ApiProduces, ApiResponse } from '@nestjs/swagger';
import type { z } from 'zod';
import type { ErrorCode } from '../../faults/index.js';

export interface OperationSpec {
  /** lowerCamelCase, unique: client generators name their functions after it. */
  readonly id: string;
  readonly tag: string;
  readonly summary: string;
  /** What happens beyond the summary, where a client must know it. */
  readonly description?: string;
  readonly status: 200 | 201 | 202 | 204;
  /** What the answer means. */
  readonly gives: string;
  /** The answer's schema; a 204 has none. */
  readonly answer?: z.ZodType;
  /** Media type of an answer that is no JSON. */
  readonly type?: string;
  /** Codes of this route alone; what the edge itself refuses (tokens, limits, unreadable bodies) is added by the document's builder. */
  readonly codes?: readonly ErrorCode[];
}

/** The one decorator that describes a route: its status, its answer, its refusals. */
export function Operation({ id, tag, summary, description, status, gives, answer, type, codes = [] }: OperationSpec): MethodDecorator {
  return applyDecorators(
    HttpCode(status),
    ApiOperation({ operationId: id, summary, description, tags: [tag] }),
    ApiResponse({ status, description: gives, standardSchema: answer }),
    ApiExtension('x-codes', codes),
    ...(type ? [ApiProduces(type)] : []),
  );
}

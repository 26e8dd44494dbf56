import { Param } from '@nestjs/common';
import { uuid } from './text.js';

/** An id in the path. Malformed is not found. */
export const IdParam = (name = 'id'): ParameterDecorator => Param(name, { schema: uuid });

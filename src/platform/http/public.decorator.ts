import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';

export const PUBLIC = 'flits:public';

/** A route that anybody may call; every other one asks for an access token. */
export const Public = (): MethodDecorator => applyDecorators(SetMetadata(PUBLIC, true), ApiExtension('x-public', true));

import { Controller, Get, Header } from '@nestjs/common';
import { Public } from '../public.decorator.js';
import { OpenApiDocument } from './openapi-document.js';
import { Operation } from './operation.decorator.js';

@Controller()
export class OpenApiController {
  constructor(private readonly document: OpenApiDocument) {}

  @Get('openapi.json')
  @Public()
  @Header('Content-Type', 'application/json; charset=utf-8')
  @Header('Cache-Control', 'public, max-age=300')
  @Operation({ id: 'getOpenApi', tag: 'server', summary: 'This document', status: 200, gives: 'OpenAPI 3.1' })
  read(): string {
    return this.document.json();
  }
}

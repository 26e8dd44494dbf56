import type { OpenAPIObject } from '@nestjs/swagger';

/** Holds the application's document: made at the first request, because making it walks every module. */
export class OpenApiDocument {
  #json?: string;
  #build?: () => OpenAPIObject;

  /** Called by `configureHttp` and `configureAdmin`, once the application exists. */
  from(build: () => OpenAPIObject): void {
    this.#build = build;
  }

  json(): string {
    if (!this.#build) throw new Error('nobody said of which application');
    return (this.#json ??= JSON.stringify(this.#build()));
  }
}

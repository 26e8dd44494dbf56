import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { parseRange } from './byte-range.js';
import type { FolderStore } from './folder-store.js';
import { CHECKSUM_HEADER, type FolderUrls } from './folder-urls.js';

type ObjectRequest = FastifyRequest<{ Params: { '*': string }; Querystring: Record<string, unknown> }>;

const EVERY_ANSWER = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; sandbox",
  'cross-origin-resource-policy': 'cross-origin',
};
const PREFLIGHT = {
  'access-control-allow-methods': 'GET, HEAD, PUT',
  'access-control-allow-headers': `content-type, range, ${CHECKSUM_HEADER}`,
  'access-control-max-age': '3600',
};

/**
 * `PUT` and `GET /objects/*`: the folder store's own small imitation of presigned S3. Who may do what stands in the link
 * alone: no cookie, no token is read. A link that does not verify is 403, a body that is not the one signed is 400 and
 * leaves nothing behind.
 */
export class FolderStoreRoutes {
  constructor(
    private readonly store: FolderStore,
    private readonly urls: FolderUrls,
    /** Browser origins that may call across origins. */
    private readonly options: { readonly allowedOrigins: readonly string[] },
  ) {}

  /** Before the app listens. Bodies stay streams here, whatever parsers the app has. */
  register(app: FastifyInstance): void {
    void app.register((scope, _options, done) => {
      scope.removeAllContentTypeParsers();
      scope.addContentTypeParser('*', (_request, _body, parsed) => parsed(null));
      scope.addHook('onRequest', (request, reply, next) => {
        void reply.headers({ ...EVERY_ANSWER, ...this.#cors(request) });
        next();
      });
      scope.setErrorHandler((error: FastifyError, request, reply) => this.#fail(error, request, reply));
      scope.put('/objects/*', (request: ObjectRequest, reply) => this.#put(request, reply));
      scope.get('/objects/*', { exposeHeadRoute: false }, (request: ObjectRequest, reply) => this.#get(request, reply));
      scope.head('/objects/*', (request: ObjectRequest, reply) => this.#get(request, reply));
      scope.options('/objects/*', (_request, reply) => reply.code(204).headers(PREFLIGHT).send());
      done();
    });
  }

  async #put(request: ObjectRequest, reply: FastifyReply): Promise<FastifyReply> {
    const grant = this.urls.readPut(request.params['*'], request.query);
    if (!grant) return refuse(reply, 403, 'The link is not valid');
    const { headers } = request;
    const asSigned =
      headers['content-length'] === String(grant.bytes) &&
      headers['content-type'] === grant.contentType &&
      // eslint-disable-next-line no-restricted-syntax -- it stands in the link
      headers[CHECKSUM_HEADER] === Buffer.from(grant.sha256, 'hex').toString('base64');
    if (!asSigned) return refuse(reply, 400, 'Length, type or checksum differ from the link');
    if (!(await this.store.receive(grant, request.raw))) return refuse(reply, 400, 'The bytes differ from the checksum');
    return reply.code(200).send();
  }

  async #get(request: ObjectRequest, reply: FastifyReply): Promise<FastifyReply> {
    const grant = this.urls.readGet(request.params['*'], request.query);
    if (!grant) return refuse(reply, 403, 'The link is not valid');
    const found = await this.store.open(grant.name);
    if (!found) return refuse(reply, 404, 'There is nothing here');
    const { handle, bytes } = found;
    const range = request.headers['if-range'] === undefined ? parseRange(request.headers.range, bytes) : undefined;
    if (range === 'unsatisfiable' || request.method === 'HEAD') await handle.close();
    if (range === 'unsatisfiable') return refuse(reply.header('content-range', `bytes */${bytes}`), 416, 'No such range');
    const length = range ? range.end - range.start + 1 : bytes;
    void reply.code(range ? 206 : 200).headers({ 'content-type': grant.contentType, 'content-length': length, 'accept-ranges': 'bytes' });
    if (range) void reply.header('content-range', `bytes ${range.start}-${range.end}/${bytes}`);
    return reply.send(request.method === 'HEAD' ? undefined : handle.createReadStream(range));
  }

  /** A full disk, a folder that is away, a connection that broke off: the code is logged, the path stays here. */
  #fail(error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const { statusCode = 503, code } = error;
    if (statusCode < 500) return refuse(reply, statusCode, 'The request cannot be read');
    request.log.warn({ code }, 'an object request failed');
    return refuse(reply.header('retry-after', '5'), 503, 'The object store is away');
  }

  #cors({ headers: { origin } }: FastifyRequest): Record<string, string> {
    if (origin === undefined || !this.options.allowedOrigins.includes(origin)) return { vary: 'origin' };
    return {
      vary: 'origin',
      'access-control-allow-origin': origin,
      'access-control-expose-headers': 'accept-ranges, content-length, content-range',
    };
  }
}

function refuse(reply: FastifyReply, status: number, title: string): FastifyReply {
  return reply
    .code(status)
    .type('application/problem+json')
    .send(JSON.stringify({ type: 'about:blank', title, status }));
}

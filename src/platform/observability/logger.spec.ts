import fc from 'fast-check';
import { QueryFailedError } from 'typeorm';
import { Secret } from '../config/index.js';
import { createLogger, type Logger } from './logger.js';
import { NestLogger } from './nest-logger.js';
import { runInContext } from './request-context.js';

function recorded(): { logger: Logger; lines: () => Record<string, unknown>[]; text: () => string } {
  const written: string[] = [];
  const logger = createLogger({ level: 'trace', destination: { write: (line) => void written.push(line) } });
  return { logger, lines: () => written.map((line) => JSON.parse(line) as Record<string, unknown>), text: () => written.join('') };
}

const CANARY = 'c4n4ryQ7xZ';

function postgresError(code: string, message: string): Error {
  return Object.assign(new Error(message), {
    code,
    severity: 'ERROR',
    detail: `Key (handle)=(${CANARY}) already exists.`,
    where: `COPY people, line 1: "${CANARY}"`,
    parameters: [CANARY],
    table: 'people',
    constraint: 'people_handle_key',
  });
}

const shapes: Record<string, (logger: Logger) => void> = {
  'an authorization header': (logger) => logger.info({ headers: { authorization: `Bearer ${CANARY}` } }, 'x'),
  'cookies both ways': (logger) => logger.info({ headers: { Cookie: CANARY, 'set-cookie': [CANARY] } }, 'x'),
  'tokens of every name': (logger) =>
    logger.info({ access_token: CANARY, refreshToken: CANARY, token: CANARY, recovery_code: CANARY, invite_code: CANARY }, 'x'),
  'keys and passwords, deep': (logger) =>
    logger.info({ a: [{ b: { key: CANARY, wrapped_key: CANARY, password: CANARY, new_password: CANARY } }] }, 'x'),
  signatures: (logger) => logger.info({ receipt: { signature: CANARY, salt: CANARY }, sig: CANARY }, 'x'),
  'what people wrote': (logger) => logger.info({ snap: { caption: CANARY, text: CANARY, alt: CANARY, thumbhash: CANARY } }, 'x'),
  'a field called url': (logger) => logger.info({ url: `https://store.example/aa/1/2?X-Amz-Signature=${CANARY}` }, 'x'),
  'a URL object': (logger) => logger.info({ at: new URL(`https://store.example/aa?sig=${CANARY}`) }, 'x'),
  'a URL in the message': (logger) => logger.info(`could not GET /o/aa/1/2?e=1&s=${CANARY}: 403`),
  'a connection string': (logger) => logger.info(`cannot reach postgres://flits:${CANARY}@db/flits`),
  'a bearer in the message': (logger) => logger.info('got Bearer %s', CANARY),
  'a JWT in the message': (logger) => logger.info(`bad eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIx${CANARY}.${CANARY}`),
  'token= in the message': (logger) => logger.info(`refused refresh_token=${CANARY}; next`),
  'JSON in the message': (logger) => logger.info(JSON.stringify({ access_token: CANARY })),
  'a Secret': (logger) => logger.info({ value: new Secret(CANARY) }, 'x'),
  bytes: (logger) => logger.info({ media: Buffer.from(CANARY), view: new Uint8Array(Buffer.from(CANARY)) }, 'x'),
  'an instance of a class': (logger) => logger.info({ row: Object.assign(new (class Person {})(), { handle: CANARY }) }, 'x'),
  'a request of Fastify': (logger) =>
    logger.info(
      {
        req: {
          method: 'GET',
          url: `/v1/x/${CANARY}?t=${CANARY}`,
          headers: { authorization: CANARY },
          ip: CANARY,
          routeOptions: { url: '/v1/x/:id' },
        },
      },
      'x',
    ),
  'bindings of a child': (logger) => logger.child({ token: CANARY, nested: { password: CANARY } }).info('x'),
  'a child with serializers of its own': (logger) =>
    logger
      .child({}, { serializers: { req: (value: unknown) => value } })
      .info({ req: { url: `/x?sig=${CANARY}`, headers: { authorization: CANARY } } }, 'x'),
  'a unique violation, bare': (logger) =>
    logger.error(postgresError('23505', 'duplicate key value violates unique constraint "people_handle_key"')),
  'a refused value, bare': (logger) => logger.error(postgresError('22P02', `invalid input syntax for type uuid: "${CANARY}"`)),
  'a refused value, as err': (logger) => logger.error({ err: postgresError('22P02', `invalid input syntax for type uuid: "${CANARY}"`) }),
  'a refused value, as error': (logger) =>
    logger.error({ error: postgresError('22P02', `invalid input syntax for type uuid: "${CANARY}"`) }, 'x'),
  "TypeORM's error": (logger) =>
    logger.error(
      { err: new QueryFailedError(`SELECT '${CANARY}'`, [CANARY], postgresError('22P02', `invalid input syntax: "${CANARY}"`)) },
      'x',
    ),
  'a cause': (logger) => logger.error({ err: new Error('outer', { cause: postgresError('22P02', `bad "${CANARY}"`) }) }, 'x'),
  'an AggregateError': (logger) => logger.error({ err: new AggregateError([postgresError('22P02', `bad "${CANARY}"`)], 'several') }, 'x'),
  'an error far inside': (logger) => logger.error({ result: { failures: [postgresError('22P02', `bad "${CANARY}"`)] } }, 'x'),
  'fields hung on an error': (logger) =>
    logger.error({ err: Object.assign(new Error('x'), { config: { token: CANARY }, response: CANARY }) }, 'x'),
  'a thrown string': (logger) => logger.error({ err: `password=${CANARY}` }, 'x'),
  "Nest's own lines": (logger) => {
    const nest = new NestLogger(logger);
    nest.log({ password: CANARY }, 'Context');
    nest.error(postgresError('22P02', `bad "${CANARY}"`), 'Context');
    nest.warn(`x?sig=${CANARY}`, 'Context');
  },
};

describe('createLogger', () => {
  it.each(Object.entries(shapes))('R33: leaks nothing from %s', (_name, log) => {
    const { logger, lines, text } = recorded();
    log(logger);
    expect(lines().length).toBeGreaterThan(0);
    expect(text()).not.toContain(CANARY);
  });

  it('R33: leaks no secret whatever its characters, and every line stays JSON', () => {
    fc.assert(
      fc.property(fc.base64String({ minLength: 12, maxLength: 60 }), fc.string(), (secret, other) => {
        const { logger, lines, text } = recorded();
        logger.info(
          { other, deep: { access_token: secret } },
          `GET https://s.example/a?sig=${encodeURIComponent(secret)} said ${JSON.stringify(other)}`,
        );
        expect(lines()).toHaveLength(1);
        expect(text()).not.toContain(secret);
        expect(text()).not.toContain(encodeURIComponent(secret));
      }),
    );
  });

  it('keeps what an operator needs of an error: type, code, names of the schema, frames', () => {
    const { logger, lines } = recorded();
    logger.error(
      {
        err: new QueryFailedError(
          'SELECT 1',
          [],
          postgresError('23505', 'duplicate key value violates unique constraint "people_handle_key"'),
        ),
      },
      'failed',
    );
    expect(lines()[0]).toMatchObject({
      level: 'error',
      msg: 'failed',
      err: {
        type: 'QueryFailedError',
        code: '23505',
        table: 'people',
        constraint: 'people_handle_key',
        message: 'duplicate key value violates unique constraint "people_handle_key"',
        stack: expect.stringContaining('logger.spec') as string,
      },
    });
  });

  it('keeps ordinary fields as they are', () => {
    const { logger, lines } = recorded();
    logger.info({ label: 5, job: 'photo.process', nothing: null, at: new Date(0), list: [1, 'two'], big: 3n }, 'done in 12 ms: 3 of 4');
    expect(lines()[0]).toMatchObject({
      label: 5,
      job: 'photo.process',
      nothing: null,
      at: '1970-01-01T00:00:00.000Z',
      list: [1, 'two'],
      big: '3',
      msg: 'done in 12 ms: 3 of 4',
    });
  });

  it("mixes in the request's id, in children too", () => {
    const { logger, lines } = recorded();
    runInContext({ requestId: 'r-1' }, () => logger.child({ part: 'x' }).info('inside'));
    logger.info('outside');
    expect(lines()).toEqual([
      expect.objectContaining({ request_id: 'r-1', part: 'x' }),
      expect.not.objectContaining({ request_id: expect.anything() as unknown }),
    ]);
  });

  it('survives what cannot be written: circles, throwing getters, endless lists', () => {
    const { logger, lines } = recorded();
    const circle: Record<string, unknown> = { list: Array.from({ length: 1000 }, (_, index) => index) };
    circle.self = circle;
    logger.info(
      {
        circle,
        odd: { toJSON: 1 },
        worse: new (class Odd {
          toJSON(): never {
            throw new Error('no');
          }
        })(),
      },
      'x',
    );
    expect(lines()[0]).toMatchObject({ worse: '[unprintable]' });
    expect(JSON.stringify(lines()[0]).length).toBeLessThan(5000);
  });
});

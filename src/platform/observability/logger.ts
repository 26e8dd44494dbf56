import { pino, stdTimeFunctions, type Bindings, type ChildLoggerOptions, type DestinationStream, type Logger as PinoLogger } from 'pino';
import { describeError, isError } from './error-description.js';
import { redactText, redactValue } from './redaction.js';
import { currentRequestId } from './request-context.js';

export type Logger = PinoLogger;

export interface LoggerOptions {
  readonly level: string;
  /** Fields on every line, such as the role of the process. */
  readonly base?: Readonly<Record<string, unknown>>;
  /** Where lines go; standard output if not given. */
  readonly destination?: DestinationStream;
}

/**
 * The one logger of a process: JSON lines, with the request's id mixed in, from which secrets are taken out on the way
 * (R33). Fastify gets this very instance, so its `req`, `res` and `err` go through the serializers below.
 */
export function createLogger(options: LoggerOptions): Logger {
  const logger = pino(
    {
      level: options.level,
      base: options.base ?? {},
      timestamp: stdTimeFunctions.isoTime,
      mixin: () => {
        const requestId = currentRequestId();
        return requestId === undefined ? {} : { request_id: requestId };
      },
      serializers: { ...describers },
      formatters: { level: (label) => ({ level: label }), log: redactFields },
      hooks: {
        logMethod(args, method) {
          method.apply(this, withSafeMessage(args));
        },
        // The last net, over the finished line: messages and child bindings of other libraries come this way too.
        streamWrite: redactText,
      },
    },
    options.destination ?? pino.destination({ dest: 1, sync: true }),
  );
  // pino formats the bindings of no child; children inherit from this instance, so one override reaches all of them.
  const { child: makeChild } = logger as unknown as { child: (this: Logger, bindings: Bindings, options?: ChildLoggerOptions) => Logger };
  logger.child = function child(this: Logger, bindings: Bindings, childOptions?: ChildLoggerOptions) {
    return makeChild.call(this, redactFields(bindings), childOptions);
  } as unknown as Logger['child'];
  return logger;
}

/** Idempotent, each of them: they run here, and again as pino's serializers where Fastify logs through a child. */
const describers: Readonly<Record<string, (value: unknown) => unknown>> = {
  err: describe,
  error: describe,
  req: describeRequest,
  res: describeResponse,
  reply: describeResponse,
};

function redactFields(fields: object): Record<string, unknown> {
  const described = Object.entries(fields).map(([name, value]: [string, unknown]) => [name, describers[name]?.(value) ?? value] as const);
  return redactValue(Object.fromEntries(described), describeError) as Record<string, unknown>;
}

type LogArguments = Parameters<Logger['info']>;

/** Without words of its own pino takes an error's raw message, which may quote a value; ours is the described one. */
function withSafeMessage(args: LogArguments): LogArguments {
  const [first, words, ...rest] = args as unknown as [unknown, string | undefined, ...unknown[]];
  const error: unknown = isError(first) ? first : (first as { err?: unknown } | null | undefined)?.err;
  if (!isError(error)) return args;
  const fields = isError(first) ? { err: first } : (first as object);
  return [fields, words ?? describeError(error).message, ...rest] as unknown as LogArguments;
}

/** Method and route template: a path holds handles and codes, headers hold tokens, query strings signatures. */
function describeRequest(request: unknown): unknown {
  const { method, route, routeOptions } = Object(request) as { method?: unknown; route?: unknown; routeOptions?: { url?: unknown } };
  const template = routeOptions?.url ?? route;
  return { method: typeof method === 'string' ? method : undefined, route: typeof template === 'string' ? template : undefined };
}

function describeResponse(response: unknown): unknown {
  const { statusCode, status } = Object(response) as { statusCode?: unknown; status?: unknown };
  const code = statusCode ?? status;
  return { status: typeof code === 'number' ? code : undefined };
}

function describe(value: unknown): unknown {
  return isError(value) ? describeError(value) : redactValue(value, describeError);
}

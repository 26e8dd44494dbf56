import { readProjectFile } from '../support/project-file.js';

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
}
interface Document {
  readonly paths: Record<string, Record<string, { responses: Record<string, { content?: Record<string, { schema?: Schema }> }> }>>;
}

/** Whether a deadline is named anywhere in an answer. */
function hasDeadline({ properties = {}, items, anyOf = [] }: Schema): boolean {
  const inside = [...Object.values(properties), ...(items ? [items] : []), ...anyOf];
  return Object.keys(properties).some((name) => /(^|_)expires_at$/.test(name)) || inside.some(hasDeadline);
}

/** Whether it says what time it is there: once, or each thing for itself. */
function hasTime({ properties = {}, anyOf }: Schema): boolean {
  return anyOf?.every(hasTime) ?? ('server_time' in properties || Boolean(properties.items?.items && hasTime(properties.items.items)));
}

describe('deadlines in answers', () => {
  const { paths } = JSON.parse(readProjectFile('contract/openapi.json')) as Document;
  const answers = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, { responses }]) =>
      Object.entries(responses).flatMap(([status, { content }]) => {
        const schema = content?.['application/json']?.schema;
        return schema && hasDeadline(schema) ? [[`${method.toUpperCase()} ${path} ${status}`, schema] as const] : [];
      }),
    ),
  );

  it('are many', () => expect(answers.length).toBeGreaterThan(12));
  it.each(answers)('%s tells server_time, from which clients count', (_, schema) => expect(hasTime(schema)).toBe(true));
});

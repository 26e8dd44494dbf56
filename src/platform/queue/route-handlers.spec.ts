import type { JobHandler, JobName } from './jobs.js';
import { queues } from './queues.js';
import { routeHandlers } from './route-handlers.js';

const handler = (name: string): JobHandler => ({ name: name as JobName, handle: () => Promise.resolve() });
const all = Object.values(queues).flatMap((queue) => queue.jobs.map(handler));

describe('routeHandlers', () => {
  it('finds the one handler of each job', () => {
    const routes = routeHandlers(all, queues);
    expect([...routes.keys()].sort()).toEqual(
      Object.values(queues)
        .flatMap((queue) => [...queue.jobs])
        .sort(),
    );
    for (const one of all) expect(routes.get(one.name)).toBe(one);
  });

  it('names every fault at once: none, two, and a job that is in no queue', () => {
    const [first, second, ...rest] = all;
    if (!first || !second) throw new Error('too few jobs to test with');
    expect(() => routeHandlers([second, second, ...rest, handler('no.such')], queues)).toThrow(
      new RegExp(`${second.name} has more than one handler.*no\\.such has a handler but no queue.*${first.name} has no handler`),
    );
  });
});

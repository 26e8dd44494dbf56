import { Hours } from '../../src/platform/ids/index.js';
import { sendToNamed } from '../../src/features/snaps/send.statement.js';
import { parametersOf, sendValues } from './send-values.js';

it('the baseline of send-api gives the statement every parameter that it has', () => {
  const hours = new Hours({ bucketSeconds: 3600, ttlSeconds: 259_200 });
  const numbers = [...sendToNamed.text.matchAll(/\$(\d+)/g)].map(([, number]) => Number(number));
  expect(parametersOf(sendValues(hours, 'a', ['b']))).toHaveLength(Math.max(...numbers));
});

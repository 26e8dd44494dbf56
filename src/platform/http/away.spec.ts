import { QueryFailedError } from 'typeorm';
import { ObjectStoreError } from '../storage/index.js';
import { awayFault } from './away.js';

const withCode = (code: string, more: object = {}) => Object.assign(new Error(code), { code, ...more });

describe('what is away', () => {
  it.each([
    ['a refused connection', withCode('ECONNREFUSED', { syscall: 'connect' })],
    [
      'both addresses of localhost',
      new AggregateError([withCode('ECONNREFUSED', { syscall: 'connect' }), withCode('ECONNREFUSED', { syscall: 'connect' })]),
    ],
    ['PostgreSQL shutting down', withCode('57P01')],
    ['PostgreSQL starting', withCode('57P03')],
    ['a broken connection, through TypeORM', new QueryFailedError('SELECT 1', [], withCode('08006'))],
    ['a pool that has none left', new Error('timeout exceeded when trying to connect')],
    ['a connection that died under a query', new Error('Connection terminated unexpectedly')],
    ['a connection on which no answer came', new Error('Query read timeout')],
    ['a deadlock after all attempts', withCode('40P01')],
    ['an object store that is slow', new ObjectStoreError('get', 'TimeoutError')],
  ])('%s is 503 unavailable', (_, error) => {
    const fault = awayFault(error);
    expect([fault?.code, fault?.extra.retryAfterSeconds]).toEqual(['unavailable', 2]);
  });

  it('a full disk is 503 storage_low', () => {
    expect(awayFault(withCode('53100'))?.code).toBe('storage_low');
  });

  it.each([
    ['a bug', new TypeError('x is not a function')],
    ['a constraint', new QueryFailedError('INSERT', [], withCode('23505'))],
    ['a file that is not there', withCode('ENOENT')],
    ['nothing at all', undefined],
    ['an empty aggregate', new AggregateError([])],
    ['one bug among refusals', new AggregateError([withCode('ECONNREFUSED', { syscall: 'connect' }), new TypeError('x')])],
  ])('%s is not', (_, error) => {
    expect(awayFault(error)).toBeUndefined();
  });
});

import { AnswerChecker, type SeenAnswer } from '../support/answer-checker.js';

const user = { id: '3f1f4c1e-6f0a-4f57-9d5b-0c6f3d1a7b20', handle: 'anna', display_name: 'Anna' };
const me = { ...user, created_at: '2026-11-26T12:00:00.000Z', opened_receipts: true, view_time: 'as_sent' };
const asked: SeenAnswer = { method: 'GET', path: '/v1/me', status: 200, contentType: 'application/json', body: me };
const refused: SeenAnswer = { ...asked, status: 401, contentType: 'application/problem+json', body: { code: 'token_expired' } };

/** What holds every answer that tests get against the contract (test/support/person.ts) is held against wrong answers here. */
describe('answers held against openapi.json', () => {
  const checker = new AnswerChecker();

  it.each<[string, SeenAnswer]>([
    ['an answer as documented', asked],
    ['a refusal as documented', refused],
    [
      'a route of the admin port',
      { ...asked, method: 'DELETE', path: '/admin/v1/sessions/current', status: 204, contentType: undefined, body: undefined },
    ],
    [
      'the longer of two routes that fit',
      { ...asked, method: 'DELETE', path: '/v1/sessions/current', status: 204, contentType: undefined, body: undefined },
    ],
    ['what no document speaks of', { ...asked, path: '/somewhere/else', body: 'anything' }],
  ])('%s passes', (_, answer) => expect(checker.faults(answer)).toEqual([]));

  it.each<[string, SeenAnswer, RegExp]>([
    ['a field that is not in it', { ...asked, body: { ...me, like_count: 3 } }, /like_count/],
    ['a field that is missing', { ...asked, body: user }, /opened_receipts/],
    ['a wrong value', { ...asked, body: { ...me, view_time: 'x9' } }, /view_time/],
    ['a time that is none', { ...asked, body: { ...me, created_at: 'yesterday' } }, /created_at/],
    ['another status', { ...asked, status: 206 }, /getMe 206 is not in the document/],
    ['another media type', { ...asked, contentType: 'text/plain' }, /text\/plain/],
    ['another code', { ...refused, body: { code: 'snap_lost' } }, /snap_lost/],
    ['a refusal that is no problem document', { ...refused, contentType: 'application/json' }, /not a problem/],
  ])('finds %s', (_, answer, fault) => expect(checker.faults(answer).join('\n')).toMatch(fault));
});

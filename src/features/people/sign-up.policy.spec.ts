import { latestBirthDate } from './sign-up.policy.js';

describe('the minimum age', () => {
  it.each([
    ['2026-11-20T00:00:00Z', 13, '2013-11-20'],
    ['2026-11-19T23:59:59Z', 13, '2013-11-19'],
    ['2028-02-29T12:00:00Z', 13, '2015-02-29'], // sorts after 28 February: who was born then is old enough
    ['2026-01-01T00:00:00Z', 0, '2026-01-01'],
  ])('on %s, %d years old is who was born by %s', (today, years, latest) => {
    expect(latestBirthDate(new Date(today), years)).toBe(latest);
  });
});

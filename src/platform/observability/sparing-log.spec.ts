import { performance } from 'node:perf_hooks';
import { sparingly } from './sparing-log.js';

describe('sparingly', () => {
  afterEach(() => jest.restoreAllMocks());

  it('writes once an interval and says how many it kept back', () => {
    let now = 1_000_000;
    jest.spyOn(performance, 'now').mockImplementation(() => now);
    const write = jest.fn();
    const log = sparingly(1000, write);
    for (let index = 0; index < 50; index += 1) log(new Error(String(index)));
    expect(write).toHaveBeenCalledTimes(1);
    now += 1000;
    log('last');
    expect(write).toHaveBeenLastCalledWith('last', 49);
  });
});

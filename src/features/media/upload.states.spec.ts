import { sqlStatesBefore, statesBefore } from '../../platform/database/index.js';
import { uploadTransitions } from './upload.states.js';

describe('the states of an upload', () => {
  it('are reached only from where the table says', () => {
    expect(statesBefore(uploadTransitions, 'pending')).toEqual([]);
    expect(statesBefore(uploadTransitions, 'processing')).toEqual(['pending']);
    expect(statesBefore(uploadTransitions, 'ready')).toEqual(['processing']);
    expect(statesBefore(uploadTransitions, 'rejected')).toEqual(['processing']);
  });

  it('never leave `erased`, and come to it from everywhere else', () => {
    expect(uploadTransitions.erased).toEqual([]);
    expect(statesBefore(uploadTransitions, 'erased')).toEqual(['pending', 'processing', 'ready', 'rejected']);
    expect(sqlStatesBefore(uploadTransitions, 'erased')).toBe(`'pending', 'processing', 'ready', 'rejected'`);
  });
});

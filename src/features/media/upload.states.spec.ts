import { statesBefore, uploadTransitions } from './upload.states.js';

describe('the states of an upload', () => {
  it('are reached only from where the table says', () => {
    expect(statesBefore('pending')).toEqual([]);
    expect(statesBefore('processing')).toEqual(['pending']);
    expect(statesBefore('ready')).toEqual(['processing']);
    expect(statesBefore('rejected')).toEqual(['processing']);
  });

  it('never leave `erased`, and come to it from everywhere else', () => {
    expect(uploadTransitions.erased).toEqual([]);
    expect(statesBefore('erased')).toEqual(['pending', 'processing', 'ready', 'rejected']);
  });
});

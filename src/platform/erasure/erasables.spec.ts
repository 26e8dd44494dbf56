import { never, withItsHour, withTheAccount, type Erasable } from './erasable.js';
import { Erasables, type FoundColumn } from './erasables.js';

const notes: Erasable = {
  owner: 'notes',
  tables: { 'public.notes': { personal: ['person_id', 'text'], plain: ['version'], rule: withTheAccount() } },
  objects: [{ store: 'media', names: /^notes\/\d+$/, rule: withItsHour }],
  redisKeys: [{ keys: /^notes:\d+$/, rule: withItsHour }],
};
const found: FoundColumn[] = ['person_id', 'text', 'version'].map((column) => ({ table: 'public.notes', column, isHourly: false }));
const faultsOf = (erasables: readonly Erasable[], columns = found) => new Erasables(erasables).faults(columns);

describe('R27: everything that is kept has an owner and a rule', () => {
  it('is content where all of it has', () => {
    expect(faultsOf([notes])).toEqual([]);
  });

  it('names a table that nobody owns, and one that two do', () => {
    expect(faultsOf([])).toEqual(['table public.notes has no owner']);
    expect(faultsOf([notes, { ...notes, owner: 'words' }])).toEqual(['table public.notes has several owners: notes, words']);
  });

  it('names a column that nobody thought about', () => {
    const more = [...found, { table: 'public.notes', column: 'phone_number', isHourly: false }];
    expect(faultsOf([notes], more)).toEqual(['column public.notes.phone_number is not declared: is it personal?']);
  });

  it('names what is declared and not there', () => {
    expect(faultsOf([notes], found.slice(1))).toEqual(['column public.notes.person_id is declared and not there']);
    expect(faultsOf([notes], [])).toEqual(['notes declares table public.notes, which is not there']);
  });

  it('keeps nothing personal for good', () => {
    const kept: Erasable = {
      owner: 'notes',
      tables: { 'public.notes': { ...notes.tables!['public.notes']!, rule: never('it is useful') } },
    };
    expect(faultsOf([kept])).toEqual(['table public.notes is kept for good and personal: person_id, text']);
  });

  it('believes the database about hours, not the declaration', () => {
    const hourly = found.map((column) => ({ ...column, isHourly: true }));
    expect(faultsOf([notes], hourly)).toEqual(['table public.notes is cut into hours, its rule says otherwise']);
  });

  it('knows objects and keys by their whole name', () => {
    const erasables = new Erasables([notes]);
    expect(erasables.ruleOfObject('media', 'notes/1')).toBe(withItsHour);
    for (const name of ['notes/', 'notes/1/2', 'other/notes/1']) expect(erasables.ruleOfObject('media', name)).toBeUndefined();
    expect(erasables.ruleOfObject('vault', 'notes/1')).toBeUndefined();
    expect(erasables.ruleOfRedisKey('notes:1')).toBe(withItsHour);
    expect(erasables.ruleOfRedisKey('notes:1:x')).toBeUndefined();
  });
});

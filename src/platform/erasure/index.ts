export {
  afterItsTime,
  never,
  withItsHour,
  withItsStep,
  withTheAccount,
  type DeletionRule,
  type Erasable,
  type ErasableTable,
} from './erasable.js';
export { checkErasables, Erasables, readColumns, type FoundColumn } from './erasables.js';
export { OwnedStore } from './owned-store.js';

export { commit, SALT_BYTES } from './commitment.js';
export { acceptLeaf, eraseLeaf, hourLeaf, reasonClasses, type ReasonClass } from './leaves.js';
export { LedgerOutboxEntity } from './ledger-outbox.entity.js';
export { Ledger } from './ledger.js';
export { LedgerModule } from './ledger.module.js';
export { LogKey } from './log-key.js';
export { receiptText, Receipts, type Receipt } from './receipts.js';

export { asNumber } from './as-number.js';
export { isAmong, isWithin } from './among.sql.js';
export { createDataSource, type DataSourceSettings } from './data-source.js';
export { Database, sqlState, type Transaction } from './database.js';
export { isAhead, isMigrated, knownMigrations, migrate, migrateAsOf } from './migrator.js';
export { readRoleFacts, type RoleFacts } from './role-facts.js';
export { allStatements, defineStatement, type Statement } from './statement.js';
export { sqlStatesBefore, statesBefore, type Transitions } from './transitions.js';

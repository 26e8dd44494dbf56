export { asNumber } from './as-number.js';
export { createDataSource, type DataSourceSettings } from './data-source.js';
export { Database, sqlState, type Transaction } from './database.js';
export { isMigrated, knownMigrations, migrate, migrateAsOf } from './migrator.js';
export { allStatements, defineStatement, type Statement } from './statement.js';

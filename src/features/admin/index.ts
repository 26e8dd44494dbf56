export { AdminAccounts } from './admin-accounts.js';
export { AdminAuditEntity } from './admin-audit.entity.js';
export { AdminEntity } from './admin.entity.js';
export { adminErasable } from './admin.erasable.js';
export { AdminModule } from './admin.module.js';
export { AdminWorkerModule } from './admin.worker.module.js';
export { AdminSessionEntity } from './admin-session.entity.js';
export { adminRoles, type AdminRole } from './admin.settings.js';
export { configureAdmin } from './http/configure-admin.js';

import { AuditPage, AuditQuery } from '../audit.ts';
import type { Route } from '../route.ts';

export const auditRoutes = {
  adminAuditList: {
    method: 'GET',
    path: '/api/admin/audit',
    summary: 'What administrators did, newest first',
    room: 'accounts',
    auth: 'administrator',
    scope: 'admin',
    query: AuditQuery,
    output: AuditPage,
    failures: [],
  },
} as const satisfies Record<string, Route>;

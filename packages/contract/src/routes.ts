import { accountRoutes } from './routes/accounts.ts';
import { auditRoutes } from './routes/audit.ts';
import { downloadRoutes } from './routes/downloads.ts';
import { generationRoutes } from './routes/generation.ts';
import { ledgerRoutes } from './routes/ledger.ts';
import { libraryRoutes } from './routes/library.ts';
import { marketRoutes } from './routes/market.ts';
import { paymentRoutes } from './routes/payments.ts';
import { platformRoutes } from './routes/platform.ts';

/** Every route of the API. Server, client, OpenAPI and documentation are read off this table. */
export const routes = {
  ...platformRoutes,
  ...accountRoutes,
  ...auditRoutes,
  ...ledgerRoutes,
  ...generationRoutes,
  ...libraryRoutes,
  ...marketRoutes,
  ...paymentRoutes,
  ...downloadRoutes,
};
export type Routes = typeof routes;
export type RouteName = keyof Routes;

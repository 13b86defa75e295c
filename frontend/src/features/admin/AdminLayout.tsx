import { useLingui } from '@lingui/react/macro';
import { Link, Outlet } from '@tanstack/react-router';
import { paths } from '../../app/paths.ts';
import { Page, TabLinks, tabLinkClass } from '../../ui/index.ts';

export function AdminLayout() {
  const { t } = useLingui();
  const links = [
    [paths.adminPeople, t`People`],
    [paths.adminModels, t`Models`],
    [paths.adminQueue, t`Queue`],
    [paths.adminStorage, t`Storage`],
    [paths.adminReports, t`Reports`],
    [paths.adminPayouts, t`Payouts`],
    [paths.adminLedger, t`Ledger`],
    [paths.adminAudit, t`Audit log`],
    [paths.adminSettings, t`Settings`],
  ] as const;
  return (
    <Page title={t`Administration`}>
      <TabLinks label={t`Administration`}>
        {links.map(([to, label]) => (
          <Link key={to} to={to} className={tabLinkClass}>
            {label}
          </Link>
        ))}
      </TabLinks>
      <Outlet />
    </Page>
  );
}

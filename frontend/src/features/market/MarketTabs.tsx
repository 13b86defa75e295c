import { useLingui } from '@lingui/react/macro';
import { Link } from '@tanstack/react-router';
import { paths } from '../../app/paths.ts';
import { TabLinks, tabLinkClass } from '../../ui/index.ts';

export function MarketTabs() {
  const { t } = useLingui();
  const exact = { exact: true, includeSearch: false };
  return (
    <TabLinks label={t`Market`}>
      <Link to={paths.market} activeOptions={exact} className={tabLinkClass}>{t`For sale`}</Link>
      <Link to={paths.myListings} activeOptions={exact} className={tabLinkClass}>{t`My listings`}</Link>
      <Link to={paths.sales} activeOptions={exact} className={tabLinkClass}>{t`Sales`}</Link>
      <Link to={paths.purchases} activeOptions={exact} className={tabLinkClass}>{t`Purchases`}</Link>
    </TabLinks>
  );
}

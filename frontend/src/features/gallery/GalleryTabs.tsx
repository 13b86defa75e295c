import { useLingui } from '@lingui/react/macro';
import { Link } from '@tanstack/react-router';
import { paths } from '../../app/paths.ts';
import { TabLinks, tabLinkClass } from '../../ui/index.ts';

export function GalleryTabs() {
  const { t } = useLingui();
  const exact = { exact: true, includeSearch: false };
  return (
    <TabLinks label={t`Gallery`}>
      <Link to={paths.gallery} activeOptions={exact} className={tabLinkClass}>{t`Images`}</Link>
      <Link to={paths.collections} activeOptions={exact} className={tabLinkClass}>{t`Collections`}</Link>
      <Link to={paths.trash} activeOptions={exact} className={tabLinkClass}>{t`Trash`}</Link>
    </TabLinks>
  );
}

import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { PageSkeleton } from '../ui/index.ts';
import { LostPage, NotFoundPage } from './LostPage.tsx';
import { readDay } from '../data/day.ts';
import { readMarketSearch } from '../data/market-search.ts';
import { paths } from './paths.ts';
import { Root } from './Root.tsx';
import { loadSession, requireAccount, requireAdministrator, requireVisitor } from './session.ts';

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
  interface StaticDataRouteOption {
    /** `bare` pages draw their own frame: no navigation, no account. */
    frame?: 'bare' | 'shell';
  }
}

// What the addresses carry after the question mark; everything may be absent.
interface SignInSearch {
  next?: string | undefined;
}
interface SignUpSearch {
  invitation?: string | undefined;
}
interface ResetSearch {
  token?: string | undefined;
}
interface StudioSearch {
  remix?: string | undefined;
  source?: string | undefined;
}
interface ExploreSearch {
  q?: string | undefined;
  sort?: 'liked' | undefined;
}
interface WalletSearch {
  // Back from the payment service: the id of the payment, made or given up.
  paid?: string | undefined;
  cancelled?: string | undefined;
}
interface GallerySearch {
  q?: string | undefined;
  modelId?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
  favourite?: true | undefined;
  published?: true | undefined;
  origin?: 'licensed' | undefined;
  collectionId?: string | undefined;
}

const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);
const flag = (value: unknown) => (value === true || value === 'true' ? true : undefined);
type Search = Record<string, unknown>;

const root = createRootRoute({
  component: Root,
  errorComponent: LostPage,
  notFoundComponent: NotFoundPage,
  beforeLoad: loadSession,
});
const bare = { getParentRoute: () => root, staticData: { frame: 'bare' } } as const;
const member = { getParentRoute: () => root, beforeLoad: requireAccount } as const;

const visitorRoutes = [
  createRoute({
    getParentRoute: () => root,
    path: paths.home,
    beforeLoad: () => {
      throw redirect({ to: paths.studio, replace: true });
    },
  }),
  createRoute({
    ...bare,
    path: paths.welcome,
    beforeLoad: requireVisitor,
    component: lazyRouteComponent(() => import('../features/welcome/WelcomePage.tsx'), 'WelcomePage'),
  }),
  createRoute({
    ...bare,
    path: paths.signIn,
    beforeLoad: requireVisitor,
    validateSearch: (search: Search): SignInSearch => ({ next: text(search['next']) }),
    component: lazyRouteComponent(() => import('../features/welcome/SignInPage.tsx'), 'SignInPage'),
  }),
  createRoute({
    ...bare,
    path: paths.signUp,
    beforeLoad: requireVisitor,
    validateSearch: (search: Search): SignUpSearch => ({ invitation: text(search['invitation']) }),
    component: lazyRouteComponent(() => import('../features/welcome/SignUpPage.tsx'), 'SignUpPage'),
  }),
  createRoute({
    ...bare,
    path: paths.forgotPassword,
    component: lazyRouteComponent(() => import('../features/welcome/ForgotPasswordPage.tsx'), 'ForgotPasswordPage'),
  }),
  createRoute({
    ...bare,
    path: paths.resetPassword,
    validateSearch: (search: Search): ResetSearch => ({ token: text(search['token']) }),
    component: lazyRouteComponent(() => import('../features/welcome/ResetPasswordPage.tsx'), 'ResetPasswordPage'),
  }),
] as const;

const openRoutes = [
  createRoute({
    getParentRoute: () => root,
    path: paths.image,
    component: lazyRouteComponent(() => import('../features/image/ImagePage.tsx'), 'ImagePage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: paths.explore,
    validateSearch: (search: Search): ExploreSearch => ({
      q: text(search['q']),
      sort: search['sort'] === 'liked' ? 'liked' : undefined,
    }),
    component: lazyRouteComponent(() => import('../features/explore/ExplorePage.tsx'), 'ExplorePage'),
  }),
] as const;

const memberRoutes = [
  createRoute({
    ...member,
    path: paths.studio,
    validateSearch: (search: Search): StudioSearch => ({ remix: text(search['remix']), source: text(search['source']) }),
    component: lazyRouteComponent(() => import('../features/studio/StudioPage.tsx'), 'StudioPage'),
  }),
  createRoute({
    ...member,
    path: paths.gallery,
    validateSearch: (search: Search): GallerySearch => ({
      q: text(search['q']),
      modelId: text(search['modelId']),
      from: readDay(search['from']),
      to: readDay(search['to']),
      favourite: flag(search['favourite']),
      published: flag(search['published']),
      origin: search['origin'] === 'licensed' ? 'licensed' : undefined,
      collectionId: text(search['collectionId']),
    }),
    component: lazyRouteComponent(() => import('../features/gallery/GalleryPage.tsx'), 'GalleryPage'),
  }),
  createRoute({
    ...member,
    path: paths.collections,
    component: lazyRouteComponent(() => import('../features/gallery/CollectionsPage.tsx'), 'CollectionsPage'),
  }),
  createRoute({
    ...member,
    path: paths.trash,
    component: lazyRouteComponent(() => import('../features/gallery/TrashPage.tsx'), 'TrashPage'),
  }),
  createRoute({
    ...member,
    path: paths.wallet,
    validateSearch: (search: Search): WalletSearch => ({ paid: text(search['paid']), cancelled: text(search['cancelled']) }),
    component: lazyRouteComponent(() => import('../features/wallet/WalletPage.tsx'), 'WalletPage'),
  }),
  createRoute({
    ...member,
    path: paths.account,
    component: lazyRouteComponent(() => import('../features/account/AccountPage.tsx'), 'AccountPage'),
  }),
] as const;

const marketRoutes = [
  createRoute({
    ...member,
    path: paths.market,
    validateSearch: readMarketSearch,
    component: lazyRouteComponent(() => import('../features/market/MarketPage.tsx'), 'MarketPage'),
  }),
  createRoute({
    ...member,
    path: paths.listing,
    component: lazyRouteComponent(() => import('../features/market/ListingPage.tsx'), 'ListingPage'),
  }),
  createRoute({
    ...member,
    path: paths.seller,
    component: lazyRouteComponent(() => import('../features/market/SellerPage.tsx'), 'SellerPage'),
  }),
  createRoute({
    ...member,
    path: paths.sell,
    component: lazyRouteComponent(() => import('../features/market/SellPage.tsx'), 'SellPage'),
  }),
  createRoute({
    ...member,
    path: paths.myListings,
    component: lazyRouteComponent(() => import('../features/market/MyListingsPage.tsx'), 'MyListingsPage'),
  }),
  createRoute({
    ...member,
    path: paths.sales,
    component: lazyRouteComponent(() => import('../features/market/SalesPage.tsx'), 'SalesPage'),
  }),
  createRoute({
    ...member,
    path: paths.purchases,
    component: lazyRouteComponent(() => import('../features/market/PurchasesPage.tsx'), 'PurchasesPage'),
  }),
  createRoute({
    ...member,
    path: paths.receipt,
    component: lazyRouteComponent(() => import('../features/market/ReceiptPage.tsx'), 'ReceiptPage'),
  }),
] as const;

const admin = createRoute({
  getParentRoute: () => root,
  path: paths.admin,
  beforeLoad: requireAdministrator,
  component: lazyRouteComponent(() => import('../features/admin/AdminLayout.tsx'), 'AdminLayout'),
});
const adminRoutes = [
  createRoute({
    getParentRoute: () => admin,
    path: '/',
    beforeLoad: () => {
      throw redirect({ to: paths.adminPeople, replace: true });
    },
  }),
  createRoute({
    getParentRoute: () => admin,
    path: 'people',
    component: lazyRouteComponent(() => import('../features/admin/PeoplePage.tsx'), 'PeoplePage'),
  }),
  createRoute({
    getParentRoute: () => admin,
    path: 'models',
    component: lazyRouteComponent(() => import('../features/admin/ModelsPage.tsx'), 'ModelsPage'),
  }),
  createRoute({
    getParentRoute: () => admin,
    path: 'queue',
    component: lazyRouteComponent(() => import('../features/admin/QueuePage.tsx'), 'QueuePage'),
  }),
  createRoute({
    getParentRoute: () => admin,
    path: 'storage',
    component: lazyRouteComponent(() => import('../features/admin/StoragePage.tsx'), 'StoragePage'),
  }),
  createRoute({
    getParentRoute: () => admin,
    path: 'reports',
    component: lazyRouteComponent(() => import('../features/admin/ReportsPage.tsx'), 'ReportsPage'),
  }),
  createRoute({
    getParentRoute: () => admin,
    path: 'payouts',
    component: lazyRouteComponent(() => import('../features/admin/PayoutsPage.tsx'), 'PayoutsPage'),
  }),
  createRoute({
    getParentRoute: () => admin,
    path: 'ledger',
    component: lazyRouteComponent(() => import('../features/admin/LedgerPage.tsx'), 'LedgerPage'),
  }),
  createRoute({
    getParentRoute: () => admin,
    path: 'audit',
    component: lazyRouteComponent(() => import('../features/admin/AuditPage.tsx'), 'AuditPage'),
  }),
  createRoute({
    getParentRoute: () => admin,
    path: 'settings',
    component: lazyRouteComponent(() => import('../features/admin/SettingsPage.tsx'), 'SettingsPage'),
  }),
] as const;

export const router = createRouter({
  routeTree: root.addChildren([
    ...visitorRoutes,
    ...openRoutes,
    ...memberRoutes,
    ...marketRoutes,
    admin.addChildren([...adminRoutes]),
  ]),
  defaultPreload: 'intent',
  defaultPendingComponent: PageSkeleton,
  defaultPendingMs: 300,
  defaultErrorComponent: LostPage,
  scrollRestoration: true,
});

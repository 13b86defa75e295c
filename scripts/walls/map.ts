/** One room: a folder with a wall around it. */
export interface Room {
  /** Rooms and packages whose doors it may use. */
  mayUse: string[];
  /** What its tests may use besides. */
  testsMayUse?: string[];
  /** The files that others may import; `*` stands for any name within the folder itself. */
  doors?: string[];
}

const contract = 'packages/contract';
const testKit = ['backend/src/testing', 'packages/postgres', 'packages/engine', 'packages/engines'];

/**
 * Who may import whom, down only. A room that is not here does not exist: a new folder begins with a line in this table.
 * The longest path that fits a file is its room. `feature` stands for every folder in frontend/src/features.
 */
export const rooms: Record<string, Room> = {
  [contract]: { mayUse: [], doors: ['src/index.ts', 'src/openapi.ts'] },
  'packages/client': { mayUse: [contract], doors: ['src/index.ts'] },
  'packages/engine': { mayUse: [contract], doors: ['src/index.ts', 'src/conformance.ts', 'src/conformance/index.ts'] },
  'packages/diffusion': { mayUse: [], doors: ['src/index.ts'] },
  'packages/addresses': { mayUse: [], doors: ['src/index.ts'] },
  'packages/engines': {
    mayUse: ['packages/engine', 'packages/diffusion', 'packages/addresses', contract],
    doors: ['src/index.ts'],
  },
  'packages/postgres': { mayUse: [], doors: ['src/index.ts'] },

  'backend/src': { mayUse: ['backend/src/app'], doors: [] },
  'backend/src/app': {
    mayUse: [
      ...[
        'backend/src/market',
        'backend/src/payments',
        'backend/src/backup',
        'backend/src/downloads',
        'backend/src/generation',
        'backend/src/library',
        'backend/src/accounts',
        'backend/src/ledger',
        'backend/src/platform',
      ],
      ...[contract, 'packages/engine', 'packages/engines'],
    ],
    testsMayUse: testKit,
    doors: ['config.ts', 'maintenance.ts', 'roles.ts'],
  },
  // Market, payments and generation do not know each other.
  'backend/src/payments': {
    mayUse: ['backend/src/accounts', 'backend/src/ledger', 'backend/src/platform', contract],
    testsMayUse: testKit,
  },
  'backend/src/downloads': { mayUse: ['backend/src/platform', 'packages/addresses', contract], testsMayUse: testKit },
  // What it saves it knows by the catalogue; what else it must know of a room, the wiring tells it.
  'backend/src/backup': {
    mayUse: ['backend/src/platform'],
    testsMayUse: [...testKit, 'backend/src/ledger', 'backend/src/library'],
  },
  'backend/src/market': {
    mayUse: ['backend/src/library', 'backend/src/accounts', 'backend/src/ledger', 'backend/src/platform', contract],
    testsMayUse: testKit,
  },
  'backend/src/generation': {
    mayUse: [
      'backend/src/library',
      'backend/src/accounts',
      'backend/src/ledger',
      'backend/src/platform',
      contract,
      'packages/engine',
    ],
    testsMayUse: testKit,
  },
  'backend/src/library': {
    mayUse: ['backend/src/accounts', 'backend/src/ledger', 'backend/src/platform', contract],
    testsMayUse: testKit,
  },
  'backend/src/accounts': { mayUse: ['backend/src/ledger', 'backend/src/platform', contract], testsMayUse: testKit },
  'backend/src/ledger': { mayUse: ['backend/src/platform', contract], testsMayUse: testKit },
  'backend/src/platform': { mayUse: [contract], testsMayUse: testKit, doors: ['index.ts', 'storage/contract.test-support.ts'] },
  'backend/src/testing': { mayUse: ['backend/src/platform', 'packages/postgres'] },

  frontend: { mayUse: [] },
  'frontend/src/app': {
    mayUse: ['feature', 'frontend/src/data', 'frontend/src/ui', 'frontend/src/locales', 'packages/client', contract],
    doors: ['paths.ts', 'title.ts', 'i18n.ts', 'BackButton.tsx', 'Mark.tsx', 'session.ts', 'theme.ts'],
  },
  feature: {
    mayUse: ['frontend/src/app', 'frontend/src/data', 'frontend/src/ui', 'packages/client', contract],
    doors: ['index.ts', 'index.tsx', '*Page.tsx', '*Layout.tsx'],
  },
  // No index here: one file that names all would pull all of them into the first page that is loaded.
  'frontend/src/data': { mayUse: ['frontend/src/ui', 'packages/client', contract], doors: ['*'] },
  'frontend/src/locales': { mayUse: [], doors: ['*'] },
  'frontend/src/ui': { mayUse: [], doors: ['*'] },

  scripts: {
    mayUse: ['packages/client', contract, 'packages/engine', 'packages/engines', 'packages/postgres'],
    doors: ['program/index.ts'],
  },
  // Its policies and tests speak of numbers and names that stand there: timeouts, metrics, kinds of failure, sizes of uploads.
  deploy: {
    mayUse: ['scripts', 'packages/client', 'packages/engine', 'packages/postgres', 'backend/src/platform', 'backend/src/library'],
    doors: ['test/index.ts'],
  },
  e2e: { mayUse: ['scripts', 'packages/client', contract, 'packages/postgres'], testsMayUse: [] },
  bench: {
    mayUse: [
      'deploy',
      'scripts',
      'packages/client',
      contract,
      'packages/diffusion',
      'packages/engine',
      'packages/engines',
      'packages/postgres',
    ],
    doors: ['src/main.ts'],
  },
};

/** Of all the backend, only the wiring builds things, so only it may know the engines. */
export const onlyImporters: Record<string, string[]> = {
  'packages/engines': ['backend/src/app/wire.ts', 'backend/src/app/engines.ts'],
};

/** The name that others import a package by. */
export const packageScope = '@rendermart/';

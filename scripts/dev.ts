import fs from 'node:fs';
import path from 'node:path';
import { root, startPart } from './program/index.ts';
import { readSettings } from './start/settings.ts';
import { supervise } from './start/supervise.ts';

/** `npm run dev`: as `npm start`, but the page comes from Vite and the processes start again when their source changes. */
const envFile = path.join(root, '.env');
if (fs.existsSync(envFile)) process.loadEnvFile(envFile);

const pagePort = 5173;
const settings = await readSettings();
const { PAGE_DIR: _unused, ...env } = settings.env;

await supervise(
  { ...settings, env },
  {
    startedAt: performance.now(),
    preparePage: () => Promise.resolve(false),
    watch: true,
    startMore: () => ({
      address: `http://localhost:${pagePort}`,
      parts: [
        startPart({
          name: 'page',
          args: [
            path.join(root, 'node_modules/vite/bin/vite.js'),
            '--port',
            String(pagePort),
            '--strictPort',
            '--clearScreen',
            'false',
          ],
          cwd: path.join(root, 'frontend'),
          env: { API_URL: `http://localhost:${settings.port}` },
          onLine: (line) => console.log(`[page] ${line}`),
        }),
      ],
    }),
  },
);

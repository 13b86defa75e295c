import fs from 'node:fs';
import path from 'node:path';
import { makeOpenApi } from '@rendermart/contract/openapi';
import { root } from './program/index.ts';

/** `node scripts/openapi.ts --write` after a change of the contract; without the word it says whether that was forgotten. */
const file = path.join(root, 'openapi.json');
const { version } = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string };
const text = `${JSON.stringify(makeOpenApi(version), null, 2)}\n`;

if (process.argv.includes('--write')) {
  fs.writeFileSync(file, text);
} else if (!fs.existsSync(file) || fs.readFileSync(file, 'utf8') !== text) {
  console.error('openapi.json does not say what the contract says. Run: node_modules/.bin/node scripts/openapi.ts --write');
  process.exit(1);
}

import { ConfigError, readConfig } from './app/config.ts';
import { FailedDrill } from './app/maintenance.ts';
import { type Role, roles, runRole } from './app/roles.ts';

/** One program, roles by its first argument: `api`, `worker`, `all` (both); or an errand: `migrate`, `backup`, `restore-drill`, `restore`. */
const role = process.argv[2] as Role;
if (!roles.includes(role)) {
  console.error(`Usage: main.ts ${roles.join(' | ')}`);
  process.exit(2);
}

try {
  await runRole(role, readConfig(process.env));
} catch (error) {
  // One line that names the variable and the cure; the stack of such an error helps nobody.
  console.error(error instanceof ConfigError || error instanceof FailedDrill ? error.message : error);
  process.exit(1);
}

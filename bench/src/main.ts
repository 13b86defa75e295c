import fs from 'node:fs';
import path from 'node:path';
import { startThrowAwayPostgres } from '@rendermart/postgres';
import type { Benchmark } from './benchmark.ts';

/** `npm run bench` lists what can be measured; `npm run bench -- NAME` measures it. */
async function main([name]: string[]): Promise<void> {
  if (name === undefined) return list();
  if (!findBenchmarks().includes(name)) {
    throw new Error(`There is no benchmark "${name}". There are: ${findBenchmarks().join(', ')}`);
  }
  const { default: benchmark } = (await import(`./${name}.ts`)) as { default: Benchmark };
  // Durable, as in production: a figure that skips the disk is worth nothing.
  const database = await startThrowAwayPostgres({ durable: true, settings: benchmark.settings ?? {} });
  try {
    const { ok, ...figures } = await benchmark.run({ databaseUrl: database.url, log: (line) => console.log(line) });
    console.log(JSON.stringify({ name, ...figures, ok }));
  } finally {
    await database.stop();
  }
}

async function list(): Promise<void> {
  for (const name of findBenchmarks()) {
    const { default: benchmark } = (await import(`./${name}.ts`)) as { default: Benchmark };
    console.log(`${name.padEnd(12)} ${benchmark.title}`);
  }
  console.log('\nRun one: npm run bench -- NAME');
}

/** A benchmark is a file here that exports one by default. */
function findBenchmarks(): string[] {
  return fs
    .readdirSync(import.meta.dirname)
    .filter(
      (file) => file.endsWith('.ts') && /^export default /m.test(fs.readFileSync(path.join(import.meta.dirname, file), 'utf8')),
    )
    .map((file) => path.basename(file, '.ts'))
    .sort();
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

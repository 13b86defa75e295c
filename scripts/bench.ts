/** `npm run bench [-- NAME]`. */
await import(new URL('../bench/src/main.ts', import.meta.url).href);

/** What a benchmark gets: a new, empty, durable database, and a place for lines that a person may want to read. */
export interface BenchmarkContext {
  databaseUrl: string;
  log(line: string): void;
}

/** What it found. `ok` says whether the figures meet what the project promises. */
export type Figures = { ok: boolean } & Record<string, unknown>;

/** One benchmark: the default export of a file in this folder, whose name is the file's. */
export interface Benchmark {
  /** What is measured and what is promised, in one line. */
  title: string;
  /** Settings of PostgreSQL that the measuring needs, as in postgresql.conf. */
  settings?: Record<string, string>;
  run(context: BenchmarkContext): Promise<Figures>;
}

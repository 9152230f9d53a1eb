/** What came of a test file: without `tests` it gave no result. */
export interface FileResult {
  readonly path: string;
  readonly tests?: readonly { readonly name: string; readonly state: string }[];
  /** What was thrown outside of its tests. */
  readonly errors: readonly string[];
}

/** What a run of vitest came to, as `test-reporter.mjs` writes it. */
export interface RunResult {
  readonly files: readonly FileResult[];
  /** What was thrown outside of any test, and what vitest says of processes that ended. */
  readonly errors: readonly string[];
}

export function filesToRepeat(run: RunResult, options: { readonly retries: boolean }): string[];

export function summary(
  run: RunResult,
  again: ReadonlyMap<string, FileResult>,
  options: { readonly skipsFail: boolean },
): { readonly passed: number; readonly failed: number; readonly lines: readonly string[] };

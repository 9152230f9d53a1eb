/** The result of a test file. Without `tests`, it gave none. */
export interface FileResult {
  readonly path: string;
  readonly tests?: readonly { readonly name: string; readonly state: string }[];
  /** Errors outside its tests. */
  readonly errors: readonly string[];
}

/** The result of a run of vitest, as `test-reporter.mjs` writes it. */
export interface RunResult {
  readonly files: readonly FileResult[];
  /** Errors outside any test, and vitest's messages about processes that ended. */
  readonly errors: readonly string[];
}

export function filesToRepeat(run: RunResult, options: { readonly retries: boolean }): string[];

export function summary(
  run: RunResult,
  repeated: ReadonlyMap<string, FileResult>,
  options: { readonly skipsFail: boolean },
): { readonly passed: number; readonly failed: number; readonly lines: readonly string[] };

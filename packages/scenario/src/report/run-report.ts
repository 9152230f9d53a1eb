import { checkArgument } from '@hookline/runtime';
import type { ScenarioResult } from '../run/result.js';

/** The result of a scenario and the records of its call. */
export interface ReportedScenario extends ScenarioResult {
  /** The folder of the trace, if it was kept. */
  readonly trace?: string;
  /** The last rows of the ladder of a call that failed. */
  readonly ladder?: readonly string[];
}

/** The results of a run of scenarios. */
export interface RunReport {
  /** In the order in which the scenarios were given. */
  readonly results: readonly ReportedScenario[];
  /** In milliseconds of real time. */
  readonly durationMs: number;
}

/** Counts the scenarios that passed and failed. */
export function countResults(report: RunReport): { readonly passed: number; readonly failed: number } {
  checkArgument('SCENARIO_BAD_OPTION', 'countResults: report', report, { results: 'list' });
  const { results } = report;
  const passed = results.filter((result) => result.passed).length;
  return { passed, failed: results.length - passed };
}

/** Escapes control and format characters, so that text from a bot stays on one line. */
export function oneLine(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}

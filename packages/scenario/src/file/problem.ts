import { checkArgument } from '@hookline/runtime';
import type { Place } from '../scenario.js';

/** A problem in a scenario file. */
export interface ScenarioProblem extends Place {
  readonly file: string;
  /** What was found. */
  readonly message: string;
  readonly expected: string;
  /** What to write. */
  readonly suggestion: string;
}

/** Formats problems for people, three lines per problem. */
export function renderProblems(problems: readonly ScenarioProblem[]): string {
  checkArgument('SCENARIO_BAD_OPTION', 'renderProblems: problems', problems, 'list');
  return problems
    .map(
      ({ file, line, column, message, expected, suggestion }) =>
        `${file}:${line}:${column}  ${message}\n    expected    ${expected}\n    suggestion  ${suggestion}`,
    )
    .join('\n');
}

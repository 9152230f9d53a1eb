import { checkArgument } from '@hookline/runtime';
import type { Place } from '../scenario.js';

/** Something that is wrong with a scenario file. */
export interface ScenarioProblem extends Place {
  readonly file: string;
  /** What stands there. */
  readonly message: string;
  readonly expected: string;
  /** What to write. */
  readonly suggestion: string;
}

/** The problems as a person reads them: a block of three lines each. */
export function renderProblems(problems: readonly ScenarioProblem[]): string {
  checkArgument('SCENARIO_BAD_OPTION', 'renderProblems: problems', problems, 'list');
  return problems
    .map(
      ({ file, line, column, message, expected, suggestion }) =>
        `${file}:${line}:${column}  ${message}\n    expected    ${expected}\n    suggestion  ${suggestion}`,
    )
    .join('\n');
}

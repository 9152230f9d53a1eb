import { closestName, isRecord } from '@hookline/runtime';
import type { ValuePath } from './check-value.js';
import type { CsvRow } from './csv.js';

/** A `${…}` that is not defined. */
export interface UnknownVariable {
  readonly path: ValuePath;
  readonly name: string;
  readonly expected: string;
  readonly suggestion: string;
}

const VARIABLE = /\$\{([^}]*)\}/g;

/** `${$}` is a dollar sign, with which a text may contain `${`. */
const DOLLAR = '$';

/**
 * Replaces `${row.COLUMN}` and `${$}` in every text of a value.
 *
 * @param row - undefined where the scenario has no `data`
 * @param onUnknown - called for each variable that is not defined
 */
export function fillRow(
  value: unknown,
  row: CsvRow | undefined,
  onUnknown: (variable: UnknownVariable) => void,
  path: ValuePath = [],
): unknown {
  if (typeof value === 'string') {
    return value.replace(VARIABLE, (whole, name: string) => {
      if (name === DOLLAR) return DOLLAR;
      const column = /^row\.(.+)$/.exec(name.trim())?.[1];
      if (row && column !== undefined && Object.hasOwn(row, column)) return row[column] ?? '';
      onUnknown({ path, name, ...suggestionFor(column, row) });
      return whole;
    });
  }
  if (Array.isArray(value))
    return value.map((entry, index) => fillRow(entry, row, onUnknown, [...path, index]));
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [key, fillRow(entry, row, onUnknown, [...path, key])]),
  );
}

const LITERAL = `for the text \${ itself, write \${$}{`;
const WITHOUT_DATA = `add data: cases.csv with that column; ${LITERAL}`;

function suggestionFor(
  column: string | undefined,
  row: CsvRow | undefined,
): Pick<UnknownVariable, 'expected' | 'suggestion'> {
  if (!row) return { expected: 'a scenario with data', suggestion: WITHOUT_DATA };
  const columns = Object.keys(row);
  const [only = ''] = columns;
  // Spreadsheets of many countries save CSV with semicolons.
  const separator = columns.length === 1 ? /[;\t]/.exec(only)?.[0] : undefined;
  if (separator !== undefined) {
    return {
      expected: 'data whose columns are separated by commas',
      suggestion: `the columns are separated by ${JSON.stringify(separator)}; save the file with commas`,
    };
  }
  const expected = `\${row.COLUMN} with one of ${columns.join(', ')}`;
  const closest = column === undefined ? undefined : closestName(column, columns);
  return { expected, suggestion: `write \${row.${closest ?? columns[0] ?? 'COLUMN'}}; ${LITERAL}` };
}

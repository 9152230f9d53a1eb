import { dirname, resolve } from 'node:path';
import { checkArgument, checkOptionNames, HooklineError, messageOf } from '@hookline/runtime';
import type { ScenarioErrorCode } from '../error.js';
import type { Scenario } from '../scenario.js';
import { AudioFiles } from './audio-files.js';
import { checkDocument, faultReporter, type ReadContext } from './check-document.js';
import type { ValueFault } from './check-value.js';
import { compile } from './compile.js';
import { CsvError, type CsvRowAt, readCsv } from './csv.js';
import { fieldsOf } from './fields.js';
import { renderProblems, type ScenarioProblem } from './problem.js';
import { EncodingError, readText } from './read-text.js';
import { type SpeechCommand, SpeechSynthesizer } from './speech-synthesizer.js';
import { readYaml, type YamlDocument } from './yaml-document.js';

/** A scenario file has problems and cannot be used. */
export class ScenarioFileError extends HooklineError<ScenarioErrorCode> {
  static override get name(): string {
    return 'ScenarioFileError';
  }

  /** Every problem of the file. */
  readonly problems: readonly ScenarioProblem[];

  constructor(problems: readonly ScenarioProblem[]) {
    super('SCENARIO_BAD_FILE', renderProblems(problems), { isUsage: true });
    this.problems = problems;
  }
}

/** Options for reading scenario files. */
export interface ReadScenarioOptions {
  /** The command that synthesizes `say: { text: … }`. Default: none; such a step is then a problem. */
  readonly speech?: SpeechCommand;
}

/** The contents of a scenario file. */
export interface ScenarioFile {
  /** One scenario per document, or per row if the document has `data`. Empty if there are problems. */
  readonly scenarios: readonly Scenario[];
  readonly problems: readonly ScenarioProblem[];
}

/**
 * Reads the scenarios of a `*.call.yaml` file and loads the audio they use.
 *
 * @param path - path of the file; paths in the file are relative to its folder
 * @throws ScenarioFileError `SCENARIO_BAD_FILE` as a rejection, with every problem of the file
 */
export async function loadScenarios(
  path: string,
  options: ReadScenarioOptions = {},
): Promise<readonly Scenario[]> {
  const { scenarios, problems } = await readScenarioFile(path, options);
  if (problems.length > 0) throw new ScenarioFileError(problems);
  return scenarios;
}

/**
 * Like `loadScenarios`, but returns the problems of the file instead of throwing.
 *
 * @throws HooklineError `SCENARIO_BAD_OPTION` as a rejection
 */
export async function readScenarioFile(
  path: string,
  options: ReadScenarioOptions = {},
): Promise<ScenarioFile> {
  let text: string;
  try {
    text = await readText(path);
  } catch (error) {
    const isText = !(error instanceof EncodingError);
    const problem: ScenarioProblem = {
      line: 1,
      column: 1,
      ...(isText ? {} : error.place),
      file: path,
      message: `it cannot be read (${messageOf(error)})`,
      expected: isText ? 'a scenario file' : 'a scenario file in UTF-8',
      suggestion: isText ? 'check the path' : 'save it as UTF-8',
    };
    return { scenarios: [], problems: [problem] };
  }
  return readScenarios(text, path, options);
}

/**
 * Like `readScenarioFile`, but takes the contents of the file.
 *
 * @param path - the file name in messages; paths in the text are relative to its folder
 */
export async function readScenarios(
  text: string,
  path: string,
  options: ReadScenarioOptions = {},
): Promise<ScenarioFile> {
  checkArgument('SCENARIO_BAD_OPTION', 'readScenarios: text', text, 'text');
  checkArgument('SCENARIO_BAD_OPTION', 'readScenarios: path', path, 'text');
  checkOptionNames<ReadScenarioOptions>(
    'SCENARIO_BAD_OPTION' satisfies ScenarioErrorCode,
    'readScenarios: ',
    options,
    { speech: true },
  );
  const { documents, problems } = readYaml(text, path);
  const speech = options.speech && new SpeechSynthesizer(options.speech);
  const loaders = { files: new AudioFiles(), speech };
  const read = await Promise.all(documents.map((document) => readDocument(document, path, loaders)));
  const all = uniqueProblems([...problems, ...read.flatMap((one) => one.problems)], path);
  if (all.length === 0 && read.length === 0) {
    const message = 'the file contains no scenario';
    all.push({
      file: path,
      line: 1,
      column: 1,
      message,
      expected: 'version, name, steps',
      suggestion: 'start with version: 1',
    });
  }
  return { problems: all, scenarios: all.length > 0 ? [] : read.flatMap((one) => one.scenarios) };
}

async function readDocument(
  document: YamlDocument,
  path: string,
  loaders: Pick<ReadContext, 'files' | 'speech'>,
): Promise<ScenarioFile> {
  const context: ReadContext = { ...loaders, problems: [] };
  const { problems } = context;
  const rows = await readRows(document.value, dirname(path), faultReporter(document, path, context));
  const scenarios: Scenario[] = [];
  const ofRows: { readonly line: number | undefined; readonly problems: readonly ScenarioProblem[] }[] = [];
  for (const [index, at] of rows.entries()) {
    const row = at?.row;
    const before = problems.length;
    const { value, ...checked } = await checkDocument(document, path, row, context);
    const own = problems.slice(before);
    ofRows.push({ line: at?.line, problems: own });
    const suffix = row === undefined ? '' : ` (row ${index + 1}: ${Object.values(row).join(', ')})`;
    if (problems.length === 0) scenarios.push(compile(value, { file: path, suffix, ...checked }));
  }
  const ofFile = problems.slice(0, problems.length - ofRows.flatMap((one) => one.problems).length);
  const data = fieldsOf(document.value).text('data') ?? '';
  return { scenarios, problems: [...ofFile, ...nameRows(ofRows, data)] };
}

/** Adds the line of its row to each problem that not every row has: the others are problems of the scenario file. */
function nameRows(
  rows: readonly { readonly line: number | undefined; readonly problems: readonly ScenarioProblem[] }[],
  data: string,
): ScenarioProblem[] {
  const counts = new Map<string, number>();
  for (const { problems } of rows)
    for (const key of new Set(problems.map(keyOf))) counts.set(key, (counts.get(key) ?? 0) + 1);
  return rows.flatMap(({ line, problems }) =>
    problems.map((problem) =>
      line === undefined || counts.get(keyOf(problem)) === rows.length
        ? problem
        : { ...problem, message: `${problem.message}, with the row in line ${line} of ${data}` },
    ),
  );
}

const keyOf = ({ file, line, column, message }: ScenarioProblem): string =>
  `${file}:${line}:${column} ${message}`;

type ReportFault = (fault: ValueFault) => void;

/** Reads the rows of `data`. Returns `[undefined]` if the document has none. */
async function readRows(
  value: unknown,
  folder: string,
  fault: ReportFault,
): Promise<readonly (CsvRowAt | undefined)[]> {
  const name = fieldsOf(value).text('data');
  if (name === undefined || name === '') return [undefined];
  const reject = (message: string, suggestion: string) => {
    fault({
      path: ['data'],
      atKey: false,
      message,
      expected: 'a CSV file whose first line names the columns',
      suggestion,
    });
    return [];
  };
  let text: string;
  try {
    text = await readText(resolve(folder, name));
  } catch (error) {
    return reject(`${name} cannot be read (${messageOf(error)})`, 'write its path relative to this file');
  }
  try {
    const rows = readCsv(text);
    return rows.length > 0 ? rows : reject(`${name} has no row`, 'add a row below the names of the columns');
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return reject(`${name}: ${error.message}`, 'fix that line');
  }
}

/** Removes duplicates, since every row reports the faults of its document again, and sorts by place. */
function uniqueProblems(problems: readonly ScenarioProblem[], path: string): ScenarioProblem[] {
  const seen = new Map(problems.map((problem) => [keyOf(problem), problem]));
  return [...seen.values()].sort(
    (a, b) =>
      Number(a.file !== path) - Number(b.file !== path) ||
      a.file.localeCompare(b.file) ||
      a.line - b.line ||
      a.column - b.column,
  );
}

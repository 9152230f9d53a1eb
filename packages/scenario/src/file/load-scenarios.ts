import { dirname, resolve } from 'node:path';
import { checkArgument, checkOptionNames, HooklineError, messageOf } from '@hookline/runtime';
import type { ScenarioErrorCode } from '../error.js';
import type { Scenario } from '../scenario.js';
import { AudioFiles } from './audio-files.js';
import { checkDocument, faultsOf, type Reading } from './check-document.js';
import type { ValueFault } from './check-value.js';
import { compile } from './compile.js';
import { CsvFault, type CsvRow, readCsv } from './csv.js';
import { fieldsOf } from './fields.js';
import { renderProblems, type ScenarioProblem } from './problem.js';
import { NotUtf8, readText } from './read-text.js';
import { type SpeechCommand, SpokenTexts } from './spoken-texts.js';
import { readYaml, type YamlDocument } from './yaml-document.js';

/** A scenario file that cannot be used. */
export class ScenarioFileError extends HooklineError<ScenarioErrorCode> {
  /** Everything that is wrong with it. */
  readonly problems: readonly ScenarioProblem[];

  constructor(problems: readonly ScenarioProblem[]) {
    super('SCENARIO_BAD_FILE', renderProblems(problems), { isUsage: true });
    this.problems = problems;
  }
}

/** How scenario files are read. */
export interface ReadScenarioOptions {
  /** Makes speech of the texts that callers say. Default: none, and a text is a problem. */
  readonly speech?: SpeechCommand;
}

/** What is in a scenario file. */
export interface ScenarioFile {
  /** One a document, and one a row where it has `data`; none where there are problems. */
  readonly scenarios: readonly Scenario[];
  readonly problems: readonly ScenarioProblem[];
}

/**
 * Reads the scenarios of a `*.call.yaml` file with all the audio they need.
 *
 * @param path - of the file; other files that it names are relative to it
 * @throws ScenarioFileError `SCENARIO_BAD_FILE` as a rejection, with everything that is wrong
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
 * As `loadScenarios`, with what is wrong with a file as a value.
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
    const isText = !(error instanceof NotUtf8);
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
 * As `readScenarioFile`, of a text.
 *
 * @param path - what messages call the file, and what the files it names are relative to
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
  const speech = options.speech && new SpokenTexts(options.speech);
  const tools = { files: new AudioFiles(), speech };
  const read = await Promise.all(documents.map((document) => readDocument(document, path, tools)));
  const all = distinct([...problems, ...read.flatMap((one) => one.problems)], path);
  if (all.length === 0 && read.length === 0) {
    const message = 'the file holds no scenario';
    all.push({
      file: path,
      line: 1,
      column: 1,
      message,
      expected: 'version, name, steps',
      suggestion: 'begin with version: 1',
    });
  }
  return { problems: all, scenarios: all.length > 0 ? [] : read.flatMap((one) => one.scenarios) };
}

async function readDocument(
  document: YamlDocument,
  path: string,
  tools: Pick<Reading, 'files' | 'speech'>,
): Promise<ScenarioFile> {
  const reading: Reading = { ...tools, problems: [] };
  const { problems } = reading;
  const rows = await rowsOf(document.value, dirname(path), faultsOf(document, path, reading));
  const scenarios: Scenario[] = [];
  for (const [index, row] of rows.entries()) {
    const { value, ...checked } = await checkDocument(document, path, row, reading);
    const suffix = row === undefined ? '' : ` (row ${index + 1}: ${Object.values(row).join(', ')})`;
    if (problems.length === 0) scenarios.push(compile(value, { file: path, suffix, ...checked }));
  }
  return { scenarios, problems };
}

type Fault = (fault: ValueFault) => void;

/** The rows of `data`; one without a row where there is none. */
async function rowsOf(
  value: unknown,
  folder: string,
  fault: Fault,
): Promise<readonly (CsvRow | undefined)[]> {
  const name = fieldsOf(value).text('data');
  if (name === undefined || name === '') return [undefined];
  const cannot = (message: string, suggestion: string) => {
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
    return cannot(`${name} cannot be read (${messageOf(error)})`, 'write its path relative to this file');
  }
  try {
    const rows = readCsv(text);
    return rows.length > 0 ? rows : cannot(`${name} has no row`, 'add a row below the names of the columns');
  } catch (error) {
    if (!(error instanceof CsvFault)) throw error;
    return cannot(`${name}: ${error.message}`, 'mend that line');
  }
}

/** Each once: rows repeat what is wrong with the document, and files what is wrong with a word. */
function distinct(problems: readonly ScenarioProblem[], path: string): ScenarioProblem[] {
  const seen = new Map(
    problems.map((problem) => [
      `${problem.file}:${problem.line}:${problem.column} ${problem.message}`,
      problem,
    ]),
  );
  return [...seen.values()].sort(
    (a, b) =>
      Number(a.file !== path) - Number(b.file !== path) ||
      a.file.localeCompare(b.file) ||
      a.line - b.line ||
      a.column - b.column,
  );
}

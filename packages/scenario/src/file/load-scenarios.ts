import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { decodeClientMessage, durationFromNs, encodeClientMessage } from '@hookline/protocol';
import { closestName, HooklineError, messageOf } from '@hookline/runtime';
import type { ScenarioErrorCode } from '../error.js';
import type { Scenario } from '../scenario.js';
import { ScenarioForm } from '../schema/definition.js';
import { EVENT_WORDS, isEventWord } from '../schema/parts.js';
import { parseMoment } from '../values/moment.js';
import { isSlashed, patternFault } from '../values/text-match.js';
import { AudioFiles } from './audio-files.js';
import { checkValue, type ValueFault, type ValuePath } from './check-value.js';
import { compile } from './compile.js';
import { CsvFault, type CsvRow, readCsv } from './csv.js';
import { fieldsOf } from './fields.js';
import { fillRow } from './fill-row.js';
import { renderProblems, type ScenarioProblem } from './problem.js';
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
export async function loadScenarios(path: string): Promise<readonly Scenario[]> {
  const { scenarios, problems } = await readScenarioFile(path);
  if (problems.length > 0) throw new ScenarioFileError(problems);
  return scenarios;
}

/** As `loadScenarios`, with what is wrong as a value. Never rejects. */
export async function readScenarioFile(path: string): Promise<ScenarioFile> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const message = `it cannot be read (${messageOf(error)})`;
    return {
      scenarios: [],
      problems: [
        {
          file: path,
          line: 1,
          column: 1,
          message,
          expected: 'a scenario file',
          suggestion: 'check the path',
        },
      ],
    };
  }
  return readScenarios(text, path);
}

/**
 * As `readScenarioFile`, of a text.
 *
 * @param path - what messages call the file, and what the files it names are relative to
 */
export async function readScenarios(text: string, path: string): Promise<ScenarioFile> {
  const { documents, problems } = readYaml(text, path);
  const files = new AudioFiles();
  const read = await Promise.all(documents.map((document) => readDocument(document, path, files)));
  const all = distinct([...problems, ...read.flatMap((one) => one.problems)]);
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

async function readDocument(document: YamlDocument, path: string, files: AudioFiles): Promise<ScenarioFile> {
  const problems: ScenarioProblem[] = [];
  const fault = ({ path: at, atKey, ...said }: ValueFault) =>
    problems.push({ file: path, ...document.place(at, atKey), ...said });
  const folder = dirname(path);
  const rows = await rowsOf(document.value, folder, fault);
  const scenarios: Scenario[] = [];
  for (const [index, row] of rows.entries()) {
    const found = await readRow(document, row, { path, folder, files, fault });
    const suffix = row === undefined ? '' : ` (row ${index + 1}: ${Object.values(row).join(', ')})`;
    const place = (at: ValuePath) => document.place(at);
    if (problems.length === 0) {
      scenarios.push(compile(found.value, { file: path, suffix, place, audio: found.audio }));
    }
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
    text = await readFile(resolve(folder, name), 'utf8');
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

interface RowContext {
  readonly path: string;
  readonly folder: string;
  readonly files: AudioFiles;
  readonly fault: Fault;
}

/** Checks a document with the values of one row. */
async function readRow(
  document: YamlDocument,
  row: CsvRow | undefined,
  { folder, files, fault }: RowContext,
): Promise<{ readonly value: unknown; audio(file: string): Uint8Array }> {
  const filled = fillRow(document.value, row, ({ path, name, expected, suggestion }) =>
    fault({ path, atKey: false, message: `\${${name}} stands for nothing`, expected, suggestion }),
  );
  const wanted: { readonly file: string; readonly path: ValuePath }[] = [];
  checkValue(ScenarioForm, filled, [], {
    fault,
    source: (path) => document.source(path),
    look(check, text, path) {
      if (check === 'audioFile') wanted.push({ file: text, path });
      else lookAt(check, text, path, filled, fault);
    },
  });
  const audio = new Map<string, Uint8Array>();
  for (const { file, path } of wanted) {
    const loaded = await files.load(resolve(folder, file));
    if ('audio' in loaded) audio.set(file, loaded.audio);
    else {
      const { expected, suggestion } = loaded;
      fault({ path, atKey: false, message: `${file}: ${loaded.fault}`, expected, suggestion });
    }
  }
  return { value: filled, audio: (file) => audio.get(file) ?? new Uint8Array(0) };
}

function lookAt(check: string, text: string, path: ValuePath, document: unknown, fault: Fault): void {
  const say = (message: string, expected: string, suggestion: string) =>
    fault({ path, atKey: false, message, expected, suggestion });
  if (check === 'regex' || (check === 'text' && isSlashed(text))) {
    const wrong = patternFault(text);
    if (wrong !== undefined)
      say(
        `${text} is no regular expression (${wrong})`,
        'a JavaScript regular expression',
        'put \\ before a character that is meant as itself',
      );
  }
  if (check === 'language' && !isLanguage(text))
    say(`got ${JSON.stringify(text)}`, 'a language tag such as en-US', 'write it as en-US');
  if (check === 'moment') lookAtMoment(text, path, document, say);
}

/** A moment names an event, or a step that has its id. */
function lookAtMoment(
  text: string,
  path: ValuePath,
  document: unknown,
  say: (message: string, expected: string, suggestion: string) => void,
): void {
  const moment = parseMoment(text);
  const [, at] = path;
  const before = fieldsOf(document)
    .list('steps')
    .slice(0, typeof at === 'number' ? at : 0);
  const ids = before.flatMap((step) => fieldsOf(step).text('id') ?? []);
  if (moment?.event !== undefined && moment.event !== 'now' && !isEventWord(moment.event)) {
    const meant = closestName(moment.event, [...EVENT_WORDS, 'now']);
    const isStep = ids.includes(moment.event);
    say(
      `there is no event ${moment.event}`,
      `now, ${EVENT_WORDS.join(', ')}, or ID.start or ID.end of a step`,
      isStep ? `write ${moment.event}.end` : `write ${meant ?? 'playback_started'}`,
    );
  }
  if (moment?.step !== undefined && !ids.includes(moment.step)) {
    const meant = closestName(moment.step, ids);
    const there = ids.length === 0 ? 'give an earlier step an id' : `the ids before it are ${ids.join(', ')}`;
    say(
      `no step before this one has the id ${moment.step}`,
      'the id of an earlier step',
      meant === undefined ? there : `write ${meant}.${moment.edge}`,
    );
  }
}

function isLanguage(language: string): boolean {
  const envelope = { id: crypto.randomUUID(), seq: 1, serverseq: 0, position: durationFromNs(0) };
  return decodeClientMessage(encodeClientMessage('update', envelope, { language })).kind !== 'fault';
}

/** Each once: rows repeat what is wrong with the document, and files what is wrong with a word. */
function distinct(problems: readonly ScenarioProblem[]): ScenarioProblem[] {
  const seen = new Map(
    problems.map((problem) => [`${problem.line}:${problem.column} ${problem.message}`, problem]),
  );
  return [...seen.values()].sort((a, b) => a.line - b.line || a.column - b.column);
}

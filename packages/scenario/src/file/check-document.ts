import { readdir } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { closestName, messageOf } from '@hookline/runtime';
import type { Step } from '../scenario.js';
import { ScenarioForm } from '../schema/definition.js';
import { isScenarioEventName, SCENARIO_EVENT_NAMES } from '../schema/parts.js';
import { parseMoment } from '../values/moment.js';
import type { AudioFiles } from './audio-files.js';
import { checkCallLimits } from './call-limits.js';
import { checkValue, type ValueFault, type ValuePath } from './check-value.js';
import { type CompileContext, compileSteps } from './compile.js';
import { findContradictions } from './contradictions.js';
import type { CsvRow } from './csv.js';
import { fieldsOf } from './fields.js';
import { fillRow } from './fill-row.js';
import type { ScenarioProblem } from './problem.js';
import { readText } from './read-text.js';
import type { SpeechSynthesizer } from './speech-synthesizer.js';
import { textFault } from './text-fault.js';
import { readYaml, type YamlDocument } from './yaml-document.js';

/** Maximum number of steps of a scenario, including the steps of the files it uses. */
const MAX_STEPS = 10_000;

/** The loaders and the problem list shared by the documents of a file. */
export interface ReadContext {
  readonly files: AudioFiles;
  /** Undefined where no command was given. */
  readonly speech: SpeechSynthesizer | undefined;
  /** Every problem found is added here. */
  readonly problems: ScenarioProblem[];
}

/** A document checked with the values of one row, and the audio and included steps it needs. */
export interface CheckedDocument extends Pick<CompileContext, 'place' | 'audio' | 'spoken' | 'used'> {
  readonly value: unknown;
}

/** The steps of a file that another file includes with `use`. */
interface UsedFile {
  readonly steps: readonly Step[];
  /** The ids of its steps. */
  readonly ids: readonly string[];
}

type ReportFault = (fault: ValueFault) => void;

/** Returns a function that adds a fault of a document to the problems. */
export function faultReporter(document: YamlDocument, path: string, { problems }: ReadContext): ReportFault {
  return ({ path: at, atKey, ...rest }) =>
    problems.push({ ...document.place(at, atKey), file: path, ...rest });
}

/** Checks a document and the files it uses with the values of one row. */
export function checkDocument(
  document: YamlDocument,
  path: string,
  row: CsvRow | undefined,
  context: ReadContext,
): Promise<CheckedDocument> {
  return new DocumentCheck(row, context).check(document, path, [resolve(path)]);
}

class DocumentCheck {
  readonly #row: CsvRow | undefined;
  readonly #context: ReadContext;
  /** The included files that were read, by path. A file that is still being read is in `chain` below. */
  readonly #used = new Map<string, UsedFile | undefined>();

  constructor(row: CsvRow | undefined, context: ReadContext) {
    this.#row = row;
    this.#context = context;
  }

  /** @param chain - the files that include each other down to this one, which is last */
  async check(document: YamlDocument, path: string, chain: readonly string[]): Promise<CheckedDocument> {
    const report = faultReporter(document, path, this.#context);
    const unfilled = new Set<string>();
    const value = fillRow(document.value, this.#row, ({ path: at, name, expected, suggestion }) => {
      unfilled.add(at.join('/'));
      report({ path: at, atKey: false, message: `\${${name}} is not defined`, expected, suggestion });
    });
    // Further faults of a text with an unknown variable are consequences of that variable.
    const fault = (one: ValueFault) => {
      if (!unfilled.has(one.path.join('/'))) report(one);
    };
    findContradictions(value, fault);
    checkCallLimits(value, fault);
    const usedFiles = await this.#useAll(value, path, chain, fault);
    const audio = await this.#checkValues(document, value, path, usedFiles, fault);
    const isIncluded = chain.length > 1;
    return {
      value,
      place: (at) => ({ ...document.place(at), ...(isIncluded ? { file: path } : {}) }),
      audio: (file) => audio.get(file) ?? new Uint8Array(0),
      spoken: (text) => audio.get(speechKey(text)) ?? new Uint8Array(0),
      used: new Map([...usedFiles].map(([index, { steps }]) => [index, steps])),
    };
  }

  /** Checks all values and loads the audio they name. */
  async #checkValues(
    document: YamlDocument,
    value: unknown,
    path: string,
    used: ReadonlyMap<number, UsedFile>,
    fault: ReportFault,
  ): Promise<ReadonlyMap<string, Uint8Array>> {
    const { files, speech } = this.#context;
    const wanted: { readonly text: string; readonly at: ValuePath; readonly spoken: boolean }[] = [];
    checkValue(ScenarioForm, value, [], {
      report: fault,
      source: (at) => document.source(at),
      checkText(check, text, at) {
        if (check === 'audioFile' || check === 'spokenText')
          wanted.push({ text, at, spoken: check === 'spokenText' });
        else checkText(check, text, at, value, used, fault);
      },
    });
    const audio = new Map<string, Uint8Array>();
    for (const { text, at, spoken } of wanted) {
      const loaded = spoken
        ? ((await speech?.load(text)) ?? NO_SPEECH_COMMAND)
        : await files.load(resolve(dirname(path), text));
      if ('audio' in loaded) audio.set(spoken ? speechKey(text) : text, loaded.audio);
      else {
        const { expected, suggestion } = loaded;
        const message = spoken ? loaded.fault : `${text}: ${loaded.fault}`;
        fault({ path: at, atKey: false, message, expected, suggestion });
      }
    }
    return audio;
  }

  /** Reads the files of all `use` steps. The result is keyed by the index of the step. */
  async #useAll(
    value: unknown,
    path: string,
    chain: readonly string[],
    fault: ReportFault,
  ): Promise<ReadonlyMap<number, UsedFile>> {
    const used = new Map<number, UsedFile>();
    let count = 0;
    for (const [index, step] of fieldsOf(value).list('steps').entries()) {
      const name = fieldsOf(step).text('use');
      if (name === undefined || name === '') continue;
      const reject = (message: string, expected: string, suggestion: string) =>
        fault({ path: ['steps', index, 'use'], atKey: false, message, expected, suggestion });
      const file = await this.#use(name, path, chain, reject);
      count += file?.steps.length ?? 0;
      if (count > MAX_STEPS) {
        reject(`with ${name} there are ${count} steps`, `at most ${MAX_STEPS} steps`, 'use fewer files');
        break;
      }
      if (file) used.set(index, file);
    }
    return used;
  }

  async #use(
    name: string,
    path: string,
    chain: readonly string[],
    cannot: (message: string, expected: string, suggestion: string) => void,
  ): Promise<UsedFile | undefined> {
    const target = resolve(dirname(path), name);
    if (chain.includes(target)) {
      const cycle = [...chain.slice(chain.indexOf(target)), target].map((file) => basename(file));
      cannot(
        `${name} uses itself (${cycle.join(', then ')})`,
        'a file that does not use this one, directly or indirectly',
        'remove it, or put the common steps into a third file',
      );
      return undefined;
    }
    if (this.#used.has(target)) return this.#used.get(target);
    const displayPath = join(dirname(path), name);
    const document = await readUsed(target, name, displayPath, cannot, this.#context.problems);
    const file = document && (await this.#read(document, displayPath, [...chain, target]));
    this.#used.set(target, file);
    return file;
  }

  /** Returns the steps of an included document, or undefined if it has a problem. */
  async #read(document: YamlDocument, path: string, chain: readonly string[]): Promise<UsedFile | undefined> {
    const { problems } = this.#context;
    const before = problems.length;
    const { value, ...checked } = await this.check(document, path, chain);
    if (problems.length > before) return undefined;
    const steps = compileSteps(value, { file: path, suffix: '', ...checked });
    return { steps, ids: steps.flatMap(({ id }) => id ?? []) };
  }
}

/** The key of a text in the audio map. No file path starts with a null character. */
const speechKey = (text: string): string => `\0${text}`;

const NO_SPEECH_COMMAND = {
  fault: 'no speech command is configured',
  expected: 'a command that synthesizes speech',
  suggestion: "pass --tts 'espeak-ng -w {out} {text}', or use a WAV file",
} as const;

/** Reads a file that a `use` step names. */
async function readUsed(
  target: string,
  name: string,
  shown: string,
  cannot: (message: string, expected: string, suggestion: string) => void,
  problems: ScenarioProblem[],
): Promise<YamlDocument | undefined> {
  let text: string;
  try {
    text = await readText(target);
  } catch (error) {
    const names = (await readdir(dirname(target)).catch(() => [])).filter((one) => /\.ya?ml$/.test(one));
    const closest = closestName(basename(target), names);
    const alternatives =
      names.length === 0
        ? 'the folder has no scenario file'
        : `the folder has ${names.slice(0, 8).join(', ')}`;
    cannot(
      `${name} cannot be read (${messageOf(error)})`,
      'the path of a scenario file, relative to this file',
      closest === undefined ? alternatives : `write ${closest}`,
    );
    return undefined;
  }
  const { documents, problems: found } = readYaml(text, shown);
  problems.push(...found);
  const [document, ...more] = documents;
  if (found.length > 0) return undefined;
  if (!document || more.length > 0) {
    cannot(
      `${name} contains ${documents.length} scenarios`,
      'a file with one scenario',
      'put the steps into a separate file',
    );
    return undefined;
  }
  if (fieldsOf(document.value).names.includes('data')) {
    cannot(
      `${name} has its own data`,
      'a file without data; its row variables come from the scenario that uses it',
      'put data into this file',
    );
    return undefined;
  }
  return document;
}

function checkText(
  check: string,
  text: string,
  path: ValuePath,
  document: unknown,
  used: ReadonlyMap<number, UsedFile>,
  fault: ReportFault,
): void {
  const wrong = textFault(check, text);
  if (wrong) fault({ path, atKey: false, ...wrong });
  const report = (message: string, expected: string, suggestion: string) =>
    fault({ path, atKey: false, message, expected, suggestion });
  if (check === 'moment') checkMoment(text, idsBefore(path, document, used), report);
}

/** Returns the ids of the steps before the step that a path points into. */
function idsBefore(
  [, at]: ValuePath,
  document: unknown,
  used: ReadonlyMap<number, UsedFile>,
): readonly string[] {
  const before = fieldsOf(document)
    .list('steps')
    .slice(0, typeof at === 'number' ? at : 0);
  return before.flatMap((step, index) => used.get(index)?.ids ?? fieldsOf(step).text('id') ?? []);
}

/** Checks that a moment names a known event or the id of an earlier step. */
function checkMoment(
  text: string,
  ids: readonly string[],
  say: (message: string, expected: string, suggestion: string) => void,
): void {
  const moment = parseMoment(text);
  if (moment?.event !== undefined && moment.event !== 'now' && !isScenarioEventName(moment.event)) {
    const meant = closestName(moment.event, [...SCENARIO_EVENT_NAMES, 'now']);
    const isStep = ids.includes(moment.event);
    say(
      `unknown event ${moment.event}`,
      `now, ${SCENARIO_EVENT_NAMES.join(', ')}, or ID.start or ID.end of a step`,
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

import { readdir } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { closestName, messageOf } from '@hookline/runtime';
import type { Step } from '../scenario.js';
import { ScenarioForm } from '../schema/definition.js';
import { EVENT_WORDS, isEventWord } from '../schema/parts.js';
import { parseMoment } from '../values/moment.js';
import type { AudioFiles } from './audio-files.js';
import { checkValue, type ValueFault, type ValuePath } from './check-value.js';
import { type CompileContext, compileSteps } from './compile.js';
import { findContradictions } from './contradictions.js';
import type { CsvRow } from './csv.js';
import { fieldsOf } from './fields.js';
import { fillRow } from './fill-row.js';
import type { ScenarioProblem } from './problem.js';
import { readText } from './read-text.js';
import type { SpokenTexts } from './spoken-texts.js';
import { textFault } from './text-fault.js';
import { readYaml, type YamlDocument } from './yaml-document.js';

/** Steps that a scenario may have with those of all files that it uses. */
const MAX_STEPS = 10_000;

/** What the documents of a file are read with. */
export interface Reading {
  readonly files: AudioFiles;
  /** Undefined where no command was given. */
  readonly speech: SpokenTexts | undefined;
  /** Where everything that is wrong goes. */
  readonly problems: ScenarioProblem[];
}

/** A document that was checked with the values of one row, and all that its steps need. */
export interface CheckedDocument extends Pick<CompileContext, 'place' | 'audio' | 'spoken' | 'used'> {
  readonly value: unknown;
}

/** What a file that is used gives. */
interface UsedFile {
  readonly steps: readonly Step[];
  /** The ids of its steps. */
  readonly ids: readonly string[];
}

type Fault = (fault: ValueFault) => void;

/** Tells of what is wrong with a document. */
export function faultsOf(document: YamlDocument, path: string, { problems }: Reading): Fault {
  return ({ path: at, atKey, ...said }) =>
    problems.push({ ...document.place(at, atKey), file: path, ...said });
}

/** Checks a document, and those that it uses, with the values of one row. */
export function checkDocument(
  document: YamlDocument,
  path: string,
  row: CsvRow | undefined,
  reading: Reading,
): Promise<CheckedDocument> {
  return new DocumentCheck(row, reading).check(document, path, [resolve(path)]);
}

class DocumentCheck {
  readonly #row: CsvRow | undefined;
  readonly #reading: Reading;
  /** What was read of a file that is used. One that is being read stands in `chain` below. */
  readonly #used = new Map<string, UsedFile | undefined>();

  constructor(row: CsvRow | undefined, reading: Reading) {
    this.#row = row;
    this.#reading = reading;
  }

  /** @param chain - the files that led here, this one last */
  async check(document: YamlDocument, path: string, chain: readonly string[]): Promise<CheckedDocument> {
    const tell = faultsOf(document, path, this.#reading);
    const unfilled = new Set<string>();
    const value = fillRow(document.value, this.#row, ({ path: at, name, expected, suggestion }) => {
      unfilled.add(at.join('/'));
      tell({ path: at, atKey: false, message: `\${${name}} stands for nothing`, expected, suggestion });
    });
    // What else is wrong with a text that was not filled follows from that.
    const fault = (one: ValueFault) => {
      if (!unfilled.has(one.path.join('/'))) tell(one);
    };
    findContradictions(value, fault);
    const used = await this.#useAll(value, path, chain, fault);
    const audio = await this.#look(document, value, path, used, fault);
    const isUsed = chain.length > 1;
    return {
      value,
      place: (at) => ({ ...document.place(at), ...(isUsed ? { file: path } : {}) }),
      audio: (file) => audio.get(file) ?? new Uint8Array(0),
      spoken: (text) => audio.get(spokenKey(text)) ?? new Uint8Array(0),
      used: new Map([...used].map(([index, { steps }]) => [index, steps])),
    };
  }

  /** Checks all values, and reads the audio that they name. */
  async #look(
    document: YamlDocument,
    value: unknown,
    path: string,
    used: ReadonlyMap<number, UsedFile>,
    fault: Fault,
  ): Promise<ReadonlyMap<string, Uint8Array>> {
    const { files, speech } = this.#reading;
    const wanted: { readonly text: string; readonly at: ValuePath; readonly spoken: boolean }[] = [];
    checkValue(ScenarioForm, value, [], {
      fault,
      source: (at) => document.source(at),
      look(check, text, at) {
        if (check === 'audioFile' || check === 'spokenText')
          wanted.push({ text, at, spoken: check === 'spokenText' });
        else lookAt(check, text, at, value, used, fault);
      },
    });
    const audio = new Map<string, Uint8Array>();
    for (const { text, at, spoken } of wanted) {
      const loaded = spoken
        ? ((await speech?.load(text)) ?? NO_COMMAND)
        : await files.load(resolve(dirname(path), text));
      if ('audio' in loaded) audio.set(spoken ? spokenKey(text) : text, loaded.audio);
      else {
        const { expected, suggestion } = loaded;
        const message = spoken ? loaded.fault : `${text}: ${loaded.fault}`;
        fault({ path: at, atKey: false, message, expected, suggestion });
      }
    }
    return audio;
  }

  /** Reads the files of all steps with `use`, by the index of the step. */
  async #useAll(
    value: unknown,
    path: string,
    chain: readonly string[],
    fault: Fault,
  ): Promise<ReadonlyMap<number, UsedFile>> {
    const used = new Map<number, UsedFile>();
    let count = 0;
    for (const [index, step] of fieldsOf(value).list('steps').entries()) {
      const name = fieldsOf(step).text('use');
      if (name === undefined || name === '') continue;
      const cannot = (message: string, expected: string, suggestion: string) =>
        fault({ path: ['steps', index, 'use'], atKey: false, message, expected, suggestion });
      const file = await this.#use(name, path, chain, cannot);
      count += file?.steps.length ?? 0;
      if (count > MAX_STEPS) {
        cannot(`with ${name} there are ${count} steps`, `${MAX_STEPS} steps at most`, 'use fewer files');
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
      const way = [...chain.slice(chain.indexOf(target)), target].map((file) => basename(file));
      cannot(
        `${name} uses itself (${way.join(', then ')})`,
        'a file that does not lead back here',
        'leave it out, or put the common steps into a third file',
      );
      return undefined;
    }
    if (this.#used.has(target)) return this.#used.get(target);
    const shown = join(dirname(path), name);
    const document = await readUsed(target, name, shown, cannot, this.#reading.problems);
    const file = document && (await this.#read(document, shown, [...chain, target]));
    this.#used.set(target, file);
    return file;
  }

  /** The steps of a document that is used; undefined where anything is wrong with it. */
  async #read(document: YamlDocument, path: string, chain: readonly string[]): Promise<UsedFile | undefined> {
    const { problems } = this.#reading;
    const before = problems.length;
    const { value, ...checked } = await this.check(document, path, chain);
    if (problems.length > before) return undefined;
    const steps = compileSteps(value, { file: path, suffix: '', ...checked });
    return { steps, ids: steps.flatMap(({ id }) => id ?? []) };
  }
}

/** Where the audio of a text is kept: no path of a file begins so. */
const spokenKey = (text: string): string => `\0${text}`;

const NO_COMMAND = {
  fault: 'nothing speaks a text',
  expected: 'a command that makes speech of it',
  suggestion: "give --tts 'espeak-ng -w {out} {text}', or say a WAV file",
} as const;

/** Reads a file that is used. */
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
    const meant = closestName(basename(target), names);
    const there = names.length === 0 ? 'none is there' : `the folder has ${names.slice(0, 8).join(', ')}`;
    cannot(
      `${name} cannot be read (${messageOf(error)})`,
      'the path of a scenario file, relative to this file',
      meant === undefined ? there : `write ${meant}`,
    );
    return undefined;
  }
  const { documents, problems: found } = readYaml(text, shown);
  problems.push(...found);
  const [document, ...more] = documents;
  if (found.length > 0) return undefined;
  if (!document || more.length > 0) {
    cannot(
      `${name} holds ${documents.length} scenarios`,
      'a file with one scenario',
      'put the steps into a file of their own',
    );
    return undefined;
  }
  if (fieldsOf(document.value).names.includes('data')) {
    cannot(
      `${name} has data of its own`,
      'a file without data: what it uses of a row is that of the scenario',
      'put data into this file',
    );
    return undefined;
  }
  return document;
}

function lookAt(
  check: string,
  text: string,
  path: ValuePath,
  document: unknown,
  used: ReadonlyMap<number, UsedFile>,
  fault: Fault,
): void {
  const wrong = textFault(check, text);
  if (wrong) fault({ path, atKey: false, ...wrong });
  const say = (message: string, expected: string, suggestion: string) =>
    fault({ path, atKey: false, message, expected, suggestion });
  if (check === 'moment') lookAtMoment(text, idsBefore(path, document, used), say);
}

/** The ids of the steps before the one that a path leads into. */
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

/** A moment names an event, or a step that has its id. */
function lookAtMoment(
  text: string,
  ids: readonly string[],
  say: (message: string, expected: string, suggestion: string) => void,
): void {
  const moment = parseMoment(text);
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

import { encodeMulaw, MULAW_SILENCE, msToBytes, PCMU_MONO, sine } from '@hookline/audio';
import {
  CAUSES,
  type CallResult,
  type Cause,
  DEFAULT_KEY_GAP_MS,
  DEFAULT_TURN_GAP_MS,
} from '@hookline/client';
import { isRecord } from '@hookline/runtime';
import type {
  Action,
  ActionStep,
  EndExpectation,
  ExpectStep,
  Place,
  Scenario,
  ScenarioCall,
  Step,
  StepBase,
} from '../scenario.js';
import { parseMoment } from '../values/moment.js';
import type { ValuePath } from './check-value.js';
import { type Fields, fieldsOf, matchOf } from './fields.js';
import { readEvent, readExpectation } from './read-expectation.js';

/** What the compilation of a document needs besides its value. */
export interface CompileContext {
  readonly file: string;
  /** Appended to the name if the scenario has `data`. */
  readonly suffix: string;
  place(path: ValuePath): Place;
  /** Returns the bytes of an audio file, 8 kHz µ-law. */
  audio(file: string): Uint8Array;
  /** Returns the synthesized speech of a text, 8 kHz µ-law. */
  spoken(text: string): Uint8Array;
  /** The steps that replace each `use` step, by its index. */
  readonly used: ReadonlyMap<number, readonly Step[]>;
}

/** How long something is waited for, in milliseconds. */
export const DEFAULT_WITHIN_MS = 10_000;

/** Compiles a checked value to a scenario. */
export function compile(value: unknown, context: CompileContext): Scenario {
  const fields = fieldsOf(value);
  const defaults = fields.map('defaults');
  return {
    name: `${fields.text('name') ?? ''}${context.suffix}`,
    file: context.file,
    place: context.place([]),
    tags: fields.list('tags').filter((tag) => typeof tag === 'string'),
    call: compileCall(fields.map('call')),
    defaults: {
      withinMs: defaults.ms('within') ?? DEFAULT_WITHIN_MS,
      turnGapMs: defaults.ms('turnGap') ?? DEFAULT_TURN_GAP_MS,
    },
    steps: compileSteps(value, context),
    end: compileEnd(fields.map('end'), fields.names.includes('end'), context),
  };
}

/** Compiles the steps of a checked value. */
export function compileSteps(value: unknown, context: CompileContext): readonly Step[] {
  return fieldsOf(value)
    .list('steps')
    .flatMap((step, index) => context.used.get(index) ?? [compileStep(step, ['steps', index], context)]);
}

function compileCall(fields: Fields): ScenarioCall {
  const connectorId = fields.text('connectorId');
  const inputs = fields.texts('inputs');
  const faults = fields.raw('faults');
  const outputs = fields.list('outputs').filter((name) => typeof name === 'string');
  const conversation = Object.fromEntries(
    ['language', 'ani', 'aniName', 'dnis'].flatMap((name) => {
      const text = fields.text(name);
      return text === undefined ? [] : [[name, text]];
    }),
  );
  return {
    ...(connectorId === undefined ? {} : { connectorId }),
    ...(inputs === undefined ? {} : { inputs }),
    ...(fields.names.includes('outputs') ? { outputs } : {}),
    ...(isRecord(faults) ? { faults } : {}),
    conversation,
  };
}

function compileStep(value: unknown, path: ValuePath, context: CompileContext): Step {
  const fields = fieldsOf(value);
  const id = fields.text('id');
  const base = (text: string): StepBase => ({
    text,
    place: context.place(path),
    ...(id === undefined ? {} : { id }),
  });
  if (fields.names.includes('parallel')) {
    const steps = fields
      .list('parallel')
      .map((step, index) => compileExpect(step, [...path, 'parallel', index], context));
    return { kind: 'parallel', ...base(steps.map(({ text }) => text).join(', and ')), steps };
  }
  if (fields.names.includes('expect')) return compileExpect(value, path, context);
  const message = fields.text('log');
  if (message !== undefined) return { kind: 'log', ...base(`log ${toYamlFlow(message)}`), message };
  return compileAction(value, fields, base, context);
}

function compileExpect(value: unknown, path: ValuePath, context: CompileContext): ExpectStep {
  const fields = fieldsOf(value);
  const id = fields.text('id');
  const withinMs = fields.ms('within');
  const within = fields.text('within');
  return {
    kind: 'expect',
    text: `expect ${toYamlFlow(fields.raw('expect'))}${within === undefined ? '' : ` within ${within}`}`,
    place: context.place(path),
    ...(id === undefined ? {} : { id }),
    expectation: readExpectation(fields.raw('expect'), context.audio),
    ...(withinMs === undefined ? {} : { withinMs }),
    from: fields.text('from') === 'start' ? 'start' : 'end',
    optional: fields.raw('optional') === true,
  };
}

function compileAction(
  value: unknown,
  fields: Fields,
  base: (text: string) => StepBase,
  context: CompileContext,
): ActionStep {
  const at = parseMoment(fields.text('at') ?? '');
  const timing = at === undefined ? {} : { at };
  const when = at === undefined ? '' : ` at ${fields.text('at')}`;
  const step = (text: string, action: Action): ActionStep => ({
    kind: 'action',
    ...base(`${text}${when}`),
    action,
  });
  const [word = ''] =
    typeof value === 'string' ? [value] : fields.names.filter((name) => name !== 'at' && name !== 'id');
  switch (word) {
    case 'say': {
      const text = fields.map('say').text('text');
      if (text !== undefined)
        return step(`say ${JSON.stringify(text)}`, { type: 'say', audio: context.spoken(text), ...timing });
      const file = fields.text('say') ?? '';
      return step(`say ${file}`, { type: 'say', audio: context.audio(file), ...timing });
    }
    case 'silence': {
      const audio = new Uint8Array(msToBytes(PCMU_MONO, fields.ms('silence') ?? 0)).fill(MULAW_SILENCE);
      return step(`silence ${fields.text('silence')}`, { type: 'say', audio, ...timing });
    }
    case 'tone': {
      const tone = fields.map('tone');
      const hz = tone.number('hz') ?? 440;
      const audio = encodeMulaw(sine({ hz, ms: tone.ms('for') ?? 0, dbfs: -20 }));
      return step(`tone ${hz} Hz for ${tone.text('for')}`, { type: 'say', audio, ...timing });
    }
    case 'dtmf': {
      const digits = fields.text('dtmf') ?? '';
      const gapMs = fields.ms('gap') ?? DEFAULT_KEY_GAP_MS;
      return step(`dtmf "${digits}"`, { type: 'dtmf', digits, gapMs, ...timing });
    }
    case 'language': {
      const language = fields.text('language') ?? '';
      return step(`language ${language}`, { type: 'language', language, ...timing });
    }
    case 'wait':
      return step(`wait ${fields.text('wait')}`, { type: 'wait', ms: fields.ms('wait') ?? 0 });
    case 'pause':
    case 'resume':
      return step(word, { type: word, ...timing });
    default:
      return step('hangup', { type: 'hangup', ...timing });
  }
}

const PATHS: readonly CallResult['path'][] = ['success', 'failure', 'disconnected'];

const isCause = (text: string | undefined): text is Cause =>
  text !== undefined && Object.hasOwn(CAUSES, text);

function compileEnd(fields: Fields, isPresent: boolean, context: CompileContext): EndExpectation {
  const cause = fields.text('cause');
  const errorType = fields.match('errorType');
  const errorMessage = fields.match('errorMessage');
  const reply = fields.range('reply', 'duration');
  const outputs = fields.raw('outputs');
  const matches = isRecord(outputs)
    ? Object.fromEntries(
        Object.entries(outputs).flatMap(([name, text]) => {
          const match = matchOf(text);
          return match === undefined ? [] : [[name, match]];
        }),
      )
    : undefined;
  // Outputs exist on the success path only; cause, errorType and errorMessage exist on the failure path only.
  const implied = matches
    ? 'success'
    : (cause ?? errorType ?? errorMessage) === undefined
      ? undefined
      : 'failure';
  const path = PATHS.find((one) => one === fields.text('path')) ?? implied;
  return {
    place: context.place(isPresent ? ['end'] : []),
    ...(path === undefined ? {} : { path }),
    ...(isCause(cause) ? { cause } : {}),
    ...(errorType === undefined ? {} : { errorType }),
    ...(errorMessage === undefined ? {} : { errorMessage }),
    ...(matches === undefined ? {} : { outputs: matches }),
    ...(reply === undefined ? {} : { reply }),
    failOnUndeclared: fields.text('undeclaredOutputs') === 'error',
    withinMs: fields.ms('within') ?? DEFAULT_WITHIN_MS,
    never: fields.list('never').map((event, index) => ({
      ...readEvent(event),
      text: toYamlFlow(event),
      place: context.place(['end', 'never', index]),
    })),
  };
}

/** Formats a value on one line in YAML's flow style. */
export function toYamlFlow(value: unknown): string {
  if (isRecord(value)) {
    const entries = Object.entries(value).map(([key, entry]) => `${key}: ${toYamlFlow(entry)}`);
    return `{ ${entries.join(', ')} }`;
  }
  if (Array.isArray(value)) return `[${value.map(toYamlFlow).join(', ')}]`;
  const text = String(value);
  return typeof value === 'string' && !PLAIN_TEXT.test(text) ? JSON.stringify(text) : text;
}

/** Matches text that needs no quotes in YAML's flow style. */
const PLAIN_TEXT = /^[\w/](?:[^,{}[\]#:"']|:(?! ))*$/;

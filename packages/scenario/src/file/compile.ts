import { encodeMulaw, MULAW_SILENCE, msToBytes, PCMU_MONO, sine } from '@hookline/audio';
import { CAUSES, type CallResult, type Cause } from '@hookline/client';
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
import { isRecord, type ValuePath } from './check-value.js';
import { type Fields, fieldsOf, matchOf } from './fields.js';
import { readEvent, readExpectation } from './read-expectation.js';

/** What a document is compiled with. */
export interface CompileContext {
  readonly file: string;
  /** Added to the name, where the scenario has rows. */
  readonly suffix: string;
  place(path: ValuePath): Place;
  /** The bytes of an audio file. */
  audio(file: string): Uint8Array;
  /** The bytes of a text that is said. */
  spoken(text: string): Uint8Array;
  /** The steps that stand in place of a step with `use`, by its index. */
  readonly used: ReadonlyMap<number, readonly Step[]>;
}

const DEFAULT_WITHIN_MS = 10_000;
const DEFAULT_TURN_GAP_MS = 700;
const DEFAULT_KEY_GAP_MS = 200;

/** Makes a scenario of a value that was checked. */
export function compile(value: unknown, context: CompileContext): Scenario {
  const fields = fieldsOf(value);
  const defaults = fields.map('defaults');
  return {
    name: `${fields.text('name') ?? ''}${context.suffix}`,
    file: context.file,
    place: context.place([]),
    tags: fields.list('tags').filter((tag) => typeof tag === 'string'),
    call: callOf(fields.map('call')),
    defaults: {
      withinMs: defaults.ms('within') ?? DEFAULT_WITHIN_MS,
      turnGapMs: defaults.ms('turnGap') ?? DEFAULT_TURN_GAP_MS,
    },
    steps: compileSteps(value, context),
    end: endOf(fields.map('end'), fields.names.includes('end'), context),
  };
}

/** The steps of a value that was checked. */
export function compileSteps(value: unknown, context: CompileContext): readonly Step[] {
  return fieldsOf(value)
    .list('steps')
    .flatMap((step, index) => context.used.get(index) ?? [stepOf(step, ['steps', index], context)]);
}

function callOf(fields: Fields): ScenarioCall {
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

function stepOf(value: unknown, path: ValuePath, context: CompileContext): Step {
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
      .map((step, index) => expectOf(step, [...path, 'parallel', index], context));
    return { kind: 'parallel', ...base(steps.map(({ text }) => text).join(', and ')), steps };
  }
  if (fields.names.includes('expect')) return expectOf(value, path, context);
  const message = fields.text('log');
  if (message !== undefined) return { kind: 'log', ...base(`log ${flow(message)}`), message };
  return actionOf(value, fields, base, context);
}

function expectOf(value: unknown, path: ValuePath, context: CompileContext): ExpectStep {
  const fields = fieldsOf(value);
  const id = fields.text('id');
  const withinMs = fields.ms('within');
  const within = fields.text('within');
  return {
    kind: 'expect',
    text: `expect ${flow(fields.raw('expect'))}${within === undefined ? '' : ` within ${within}`}`,
    place: context.place(path),
    ...(id === undefined ? {} : { id }),
    expectation: readExpectation(fields.raw('expect'), context.audio),
    ...(withinMs === undefined ? {} : { withinMs }),
    from: fields.text('from') === 'start' ? 'start' : 'end',
    optional: fields.raw('optional') === true,
  };
}

function actionOf(
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
        return step(`say ${JSON.stringify(text)}`, { do: 'say', audio: context.spoken(text), ...timing });
      const file = fields.text('say') ?? '';
      return step(`say ${file}`, { do: 'say', audio: context.audio(file), ...timing });
    }
    case 'silence': {
      const audio = new Uint8Array(msToBytes(PCMU_MONO, fields.ms('silence') ?? 0)).fill(MULAW_SILENCE);
      return step(`silence ${fields.text('silence')}`, { do: 'say', audio, ...timing });
    }
    case 'tone': {
      const tone = fields.map('tone');
      const hz = tone.number('hz') ?? 440;
      const audio = encodeMulaw(sine({ hz, ms: tone.ms('for') ?? 0, dbfs: -20 }));
      return step(`tone ${hz} Hz for ${tone.text('for')}`, { do: 'say', audio, ...timing });
    }
    case 'dtmf': {
      const digits = fields.text('dtmf') ?? '';
      const gapMs = fields.ms('gap') ?? DEFAULT_KEY_GAP_MS;
      return step(`dtmf "${digits}"`, { do: 'dtmf', digits, gapMs, ...timing });
    }
    case 'language': {
      const language = fields.text('language') ?? '';
      return step(`language ${language}`, { do: 'language', language, ...timing });
    }
    case 'wait':
      return step(`wait ${fields.text('wait')}`, { do: 'wait', ms: fields.ms('wait') ?? 0 });
    case 'pause':
    case 'resume':
      return step(word, { do: word, ...timing });
    default:
      return step('hangup', { do: 'hangup', ...timing });
  }
}

const PATHS: readonly CallResult['path'][] = ['success', 'failure', 'disconnected'];

const isCause = (text: string | undefined): text is Cause =>
  text !== undefined && Object.hasOwn(CAUSES, text);

function endOf(fields: Fields, isThere: boolean, context: CompileContext): EndExpectation {
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
  // Outputs come on the success path only, and what else is said of the end on the failure path.
  const implied = matches
    ? 'success'
    : (cause ?? errorType ?? errorMessage) === undefined
      ? undefined
      : 'failure';
  const path = PATHS.find((one) => one === fields.text('path')) ?? implied;
  return {
    place: context.place(isThere ? ['end'] : []),
    ...(path === undefined ? {} : { path }),
    ...(isCause(cause) ? { cause } : {}),
    ...(errorType === undefined ? {} : { errorType }),
    ...(errorMessage === undefined ? {} : { errorMessage }),
    ...(matches === undefined ? {} : { outputs: matches }),
    ...(reply === undefined ? {} : { reply }),
    refusesUndeclared: fields.text('undeclaredOutputs') === 'error',
    withinMs: fields.ms('within') ?? DEFAULT_WITHIN_MS,
    never: fields.list('never').map((event, index) => ({
      ...readEvent(event),
      text: flow(event),
      place: context.place(['end', 'never', index]),
    })),
  };
}

/** A value on one line, as YAML writes it. */
export function flow(value: unknown): string {
  if (isRecord(value)) {
    const entries = Object.entries(value).map(([key, entry]) => `${key}: ${flow(entry)}`);
    return `{ ${entries.join(', ')} }`;
  }
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`;
  const text = String(value);
  return typeof value === 'string' && !PLAIN.test(text) ? JSON.stringify(text) : text;
}

/** A text that needs no quotes within a map on one line. */
const PLAIN = /^[\w/](?:[^,{}[\]#:"']|:(?! ))*$/;

import { BYTES_PER_MS, createEnergyVad, PCMU_MONO, writeWav } from '@hookline/audio';
import { DISPOSITIONS, describe, isLanguageTag } from '@hookline/protocol';
import { MAX_TIME_MS, SCHEMA_LINE } from '@hookline/scenario';
import { laneOf, PERSONAL_DATA_MASK, printableValue, readMessage, type Trace } from '@hookline/trace';
import type { RecordedCall } from '../replay/recorded-call.js';

/** A recorded call as a scenario: the text of the file, and the audio files of the caller. */
export interface ExportedScenario {
  readonly text: string;
  readonly audio: readonly { readonly file: string; readonly bytes: Uint8Array }[];
}

/** A step of the scenario and its time in the recorded call. `isBot` is an expectation, not an action of the caller. */
interface TimedStep {
  readonly atMs: number;
  readonly isBot: boolean;
  /** The lines of the step; `at` is the line with the time of an action during a playback, or empty. */
  readonly lines: (at: string) => readonly string[];
}

/** Audio before and after an utterance, in milliseconds. */
const PADDING_MS = 100;
/** Keys with a shorter gap than this become one step, in milliseconds. */
const DTMF_GAP_MS = 1500;
/** An expectation that is met later than this after the previous step has `within`, in milliseconds. */
const EXPLICIT_DELAY_MS = 6000;

/**
 * Creates a scenario from a recorded call. Each utterance of the caller becomes a file. It is said in turn, or at its time
 * after the start of the playback if it interrupted the bot; a second action during one playback at its time after the first. The events of the bot become expectations.
 *
 * @param name - the name of the scenario
 * @param stem - the start of the names of audio files
 * @param connectorId - the Connector ID of the call
 */
export function exportScenario(
  trace: Trace,
  call: RecordedCall,
  { name, stem, connectorId }: { readonly name: string; readonly stem: string; readonly connectorId: string },
): ExportedScenario {
  const { steps: expectations, playbacks, outputs } = botSteps(trace, call.masked);
  const audio: { file: string; bytes: Uint8Array }[] = [];
  const speechSteps = utterances(call.timeline.audio()).map(({ atMs, bytes }, index): TimedStep => {
    const file = `${stem}-${index + 1}.wav`;
    const data = writeWav({ codec: 'mulaw', rate: PCMU_MONO.rate, channels: 1, data: bytes });
    audio.push({ file, bytes: data });
    return {
      atMs,
      isBot: false,
      lines: (at) => [`- say: ${plainOrQuoted(file)}`, ...at.split('\n').filter(Boolean)],
    };
  });
  const timedSteps = [...expectations, ...speechSteps, ...callerSteps(call)].sort((a, b) => a.atMs - b.atMs);
  const steps: string[][] = [];
  /** The last step of the caller. */
  let lastAction: { readonly atMs: number; readonly lines: string[]; id?: string } | undefined;
  let lastMs = 0;
  for (const { atMs, isBot, lines } of timedSteps) {
    if (atMs > call.end.atMs) continue;
    const start = playbacks.findLast((one) => one.atMs <= atMs);
    const isOverBot = !isBot && start !== undefined && atMs < start.endMs;
    const within = isBot && atMs - lastMs > EXPLICIT_DELAY_MS ? [`  within: ${generous(atMs - lastMs)}`] : [];
    let at = '';
    if (isOverBot && (lastAction === undefined || lastAction.atMs < start.atMs)) {
      at = `  at: playback_started + ${Math.round(atMs - start.atMs)}ms`;
    } else if (isOverBot && lastAction !== undefined) {
      // A step waits for an event after the caller's last action. This playback started before that action, so the step
      // counts from the action instead.
      if (lastAction.id === undefined) {
        lastAction.id = `action-${steps.indexOf(lastAction.lines) + 1}`;
        lastAction.lines.push(`  id: ${lastAction.id}`);
      }
      at = `  at: ${lastAction.id}.start + ${Math.round(atMs - lastAction.atMs)}ms`;
    }
    const step = [...lines(at), ...within];
    steps.push(step);
    if (!isBot) lastAction = { atMs, lines: step };
    lastMs = atMs;
  }
  if (call.end.by === 'caller') steps.push(['- hangup']);
  // A scenario accepts no input without a name.
  const { '': _, ...inputs } = call.open.inputVariables ?? {};
  const { language, participant } = call.open;
  const numbers = (['ani', 'aniName', 'dnis'] as const).flatMap((field) => {
    const value = participant[field] ?? '';
    return value === '' ? [] : [`  ${field}: ${quoted(value)}`];
  });
  const action = [
    ...(connectorId === '' ? [] : [`  connectorId: ${quoted(connectorId)}`]),
    ...(language === undefined || !isLanguageTag(language) ? [] : [`  language: ${quoted(language)}`]),
    ...numbers,
    ...(Object.keys(inputs).length === 0 ? [] : [`  inputs: ${flowMap(inputs)}`]),
  ];
  const omitted = languagesOf(call).filter((one) => !isLanguageTag(one));
  const text = [
    SCHEMA_LINE,
    'version: 1',
    `name: ${quoted(name)}`,
    // The recorded caller may be any software.
    ...(omitted.length === 0
      ? []
      : [
          `# Not repeated, because a scenario accepts only language tags such as en-US: ${omitted.map(describe).join(', ')}`,
        ]),
    ...(call.notRepeated.length === 0
      ? []
      : [`# Not repeated, because the trace contains no values for: ${call.notRepeated.join(', ')}`]),
    ...(action.length === 0 ? [] : ['call:', ...action]),
    ...(steps.length === 0 ? ['steps: []'] : ['steps:', ...steps.flat().map((line) => `  ${line}`)]),
    ...endLines(trace, call, outputs, call.end.atMs - lastMs),
    '',
  ].join('\n');
  return { text, audio };
}

interface PlaybackSpan {
  readonly atMs: number;
  endMs: number;
}

/** The expectations of the bot, its playbacks, and its outputs. */
function botSteps(
  { header, rows }: Trace,
  masked: boolean,
): {
  readonly steps: readonly TimedStep[];
  readonly playbacks: readonly PlaybackSpan[];
  /** The outputs of a bot that completed the call. */
  readonly outputs: Readonly<Record<string, unknown>> | undefined;
} {
  const steps: TimedStep[] = [];
  const playbacks: PlaybackSpan[] = [];
  let outputs: Readonly<Record<string, unknown>> | undefined;
  let openedAtMs = 0;
  let interrupted = false;
  for (const row of rows) {
    if (row.kind !== 'message') continue;
    const sent = readMessage(laneOf(header.vantage, row.dir), row.text);
    if (!('message' in sent)) continue;
    const { message } = sent;
    const atMs = row.t - openedAtMs;
    const expected = (what: string) => steps.push({ atMs, isBot: true, lines: () => [`- expect: ${what}`] });
    if (message.type === 'opened') openedAtMs = row.t;
    if (message.type === 'playback_started') playbacks.push({ atMs, endMs: Number.POSITIVE_INFINITY });
    if (message.type === 'playback_completed') {
      const last = playbacks.at(-1);
      if (last) last.endMs = atMs;
      if (!interrupted) expected('playback_completed');
      interrupted = false;
    }
    if (message.type === 'event') {
      for (const { type, data } of message.parameters.entities) {
        if (type === 'barge_in') {
          interrupted = true;
          expected('barge_in');
        }
        if (type === 'bot_turn_response') expected(turnExpectation(data, masked));
      }
    }
    if (message.type === 'disconnect' && message.parameters.reason === 'completed')
      outputs = message.parameters.outputVariables ?? {};
  }
  return { steps, playbacks, outputs };
}

function turnExpectation(data: unknown, masked: boolean): string {
  const read = (name: string): unknown =>
    typeof data === 'object' && data !== null ? Reflect.get(data, name) : undefined;
  const [disposition, text] = [read('disposition'), read('text')];
  const facts = [
    // The recorded bot may send any text. A scenario can only expect one that a client accepts.
    ...(DISPOSITIONS.some((one) => one === disposition) ? [`disposition: ${disposition}`] : []),
    // As a plain value, text between slashes would be a pattern.
    ...(typeof text === 'string' && !(masked && text === PERSONAL_DATA_MASK)
      ? [`text: { equals: ${quoted(text)} }`]
      : []),
  ];
  return facts.length === 0 ? 'turn' : `{ turn: { ${facts.join(', ')} } }`;
}

/**
 * The expected end of the call.
 *
 * @param outputs - of a bot that completed the call
 * @param afterMs - from the last step to the end
 */
function endLines(
  { result }: Trace,
  { end, masked }: RecordedCall,
  outputs: Readonly<Record<string, unknown>> | undefined,
  afterMs: number,
): readonly string[] {
  if (end.by === 'caller') return ['end: { path: disconnected }'];
  // The caller of a scenario cannot lose its connection, and nobody knows the end of a trace that was cut.
  if (end.by !== 'bot') return [];
  const within = afterMs > EXPLICIT_DELAY_MS ? [`within: ${generous(afterMs)}`] : [];
  const failed =
    outputs === undefined ||
    (typeof result === 'object' && result !== null && 'path' in result && result.path === 'failure');
  const expected = failed ? {} : outputs;
  const facts = [`path: ${failed ? 'failure' : 'success'}`, ...within];
  if (Object.keys(expected).length === 0) return [`end: { ${facts.join(', ')} }`];
  const lines = Object.entries(expected).map(([name, value]) => {
    // The client converts other values to their JSON text.
    const text = typeof value === 'string' ? value : JSON.stringify(printableValue(value));
    return `    ${JSON.stringify(name)}: ${masked && text === PERSONAL_DATA_MASK ? ANY_TEXT : outputExpectation(name, text)}`;
  });
  return ['end:', ...facts.map((fact) => `  ${fact}`), '  outputs:', ...lines];
}

/** Formats of values that differ in every call: UUIDs and times. */
const GENERATED: readonly RegExp[] = [
  /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i,
  /^\d{4}-\d\d-\d\dT\d\d:\d\d/,
];
/** The expectation for a masked output: that it is there. */
const ANY_TEXT = '{ contains: "" }';
/** Names of measured values, if the value is a number. */
const MEASURED = /(ms|millis|milliseconds|seconds|duration|time)$/i;

/** The expectation for an output: the recorded value, or its pattern if the value differs in every call. */
function outputExpectation(name: string, value: string): string {
  const pattern = MEASURED.test(name) && /^\d/.test(value) ? /^\d+(\.\d+)?$/ : undefined;
  const found = [...GENERATED, ...(pattern ? [pattern] : [])].find((one) => one.test(value));
  return found ? `{ matches: ${quoted(found.source)} }` : `{ equals: ${quoted(value)} }`;
}

/** The steps for keys, holds and language changes. Keys in quick succession are one step. */
function callerSteps({ actions }: RecordedCall): readonly TimedStep[] {
  const steps: TimedStep[] = [];
  let keys: { digits: string; atMs: number; lastMs: number; gapMs: number } | undefined;
  const flushKeys = () => {
    if (!keys) return;
    const { digits, atMs, gapMs } = keys;
    const gap = digits.length > 1 ? [`  gap: ${Math.max(1, Math.round(gapMs))}ms`] : [];
    steps.push({
      atMs,
      isBot: false,
      lines: (at) => [`- dtmf: ${JSON.stringify(digits)}`, ...gap, ...(at ? [at] : [])],
    });
    keys = undefined;
  };
  for (const { atMs, action } of actions) {
    if (action.type === 'language' && !isLanguageTag(action.language)) continue;
    if (action.type === 'dtmf' && keys && atMs - keys.lastMs < DTMF_GAP_MS) {
      const digits = keys.digits + action.digit;
      keys = { digits, atMs: keys.atMs, lastMs: atMs, gapMs: (atMs - keys.atMs) / (digits.length - 1) };
      continue;
    }
    flushKeys();
    if (action.type === 'dtmf') keys = { digits: action.digit, atMs, lastMs: atMs, gapMs: 0 };
    else {
      const line =
        action.type === 'language'
          ? `language: ${quoted(action.language)}`
          : `${action.type === 'hold' ? 'pause' : 'resume'}: true`;
      steps.push({ atMs, isBot: false, lines: (at) => [`- ${line}`, ...(at ? [at] : [])] });
    }
  }
  flushKeys();
  return steps;
}

/** The utterances of the caller, each with its start. */
function utterances(audio: Uint8Array): readonly { readonly atMs: number; readonly bytes: Uint8Array }[] {
  const vad = createEnergyVad();
  const found: { atMs: number; bytes: Uint8Array }[] = [];
  let startMs = 0;
  for (const { type, sampleMs } of [...vad.push(audio), ...vad.flush()]) {
    if (type === 'start') startMs = Math.max(0, sampleMs - PADDING_MS);
    else
      found.push({
        atMs: startMs,
        bytes: audio.slice(startMs * BYTES_PER_MS, (sampleMs + PADDING_MS) * BYTES_PER_MS),
      });
  }
  return found;
}

/** The languages of a call, in order. */
function languagesOf({ open, actions }: RecordedCall): readonly string[] {
  const later = actions.flatMap(({ action }) => (action.type === 'language' ? [action.language] : []));
  return open.language === undefined ? later : [open.language, ...later];
}

/** A value in quotes. In it, but not in the name of a field, `${` would begin the name of a column, so its dollar sign is written as one. */
const quoted = (text: string): string => JSON.stringify(text.replaceAll(`\${`, `\${$}{`));

/** A file name as people write it, in quotes only if YAML would read it differently. */
const plainOrQuoted = (file: string): string => (/^[a-z][\w.-]*$/i.test(file) ? file : quoted(file));

/** Half as long again as the recorded bot took, in whole seconds; no more than a scenario accepts. */
const generous = (ms: number): string => `${Math.min(MAX_TIME_MS / 1000, Math.ceil((ms * 1.5) / 1000))}s`;

function flowMap(texts: Readonly<Record<string, string>>): string {
  return `{ ${Object.entries(texts)
    .map(([name, value]) => `${JSON.stringify(name)}: ${quoted(value)}`)
    .join(', ')} }`;
}

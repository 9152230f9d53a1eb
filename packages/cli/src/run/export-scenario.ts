import { createEnergyVad, PCMU_MONO, writeWav } from '@hookline/audio';
import { SCHEMA_LINE } from '@hookline/scenario';
import { laneOf, readMessage, type Trace } from '@hookline/trace';
import type { RecordedCall } from '../replay/recorded-call.js';

/** A recorded call as a scenario: the text of the file, and the audio of what the caller said. */
export interface ExportedScenario {
  readonly text: string;
  readonly audio: readonly { readonly file: string; readonly bytes: Uint8Array }[];
}

/** Something of the call that becomes a step. `bot`: what the bot does, and the caller does not. */
interface Moment {
  readonly atMs: number;
  readonly bot: boolean;
  /** The step, where `at` is put behind what the caller does over the bot. */
  readonly lines: (at: string) => readonly string[];
}

/** Audio that is kept before and behind what the caller says, in milliseconds. */
const AROUND_MS = 100;
/** Keys that are pressed within this time are pressed in one step, in milliseconds. */
const KEYS_MS = 1500;
/** An event that came later than this after the step before needs a time of its own, in milliseconds. */
const SOON_MS = 6000;

/**
 * Makes a scenario of a recorded call: each thing the caller said becomes a file, said in turn or, where it was said over
 * the bot, as long after the bot had begun; what the bot reported is expected again.
 *
 * @param name - of the scenario
 * @param stem - what names of audio files begin with
 * @param connectorId - where the call went
 */
export function exportScenario(
  trace: Trace,
  call: RecordedCall,
  { name, stem, connectorId }: { readonly name: string; readonly stem: string; readonly connectorId: string },
): ExportedScenario {
  const { moments, starts, end } = botMoments(trace);
  const audio: { file: string; bytes: Uint8Array }[] = [];
  const said = utterances(call.track.audio()).map(({ atMs, bytes }, index): Moment => {
    const file = `${stem}-${index + 1}.wav`;
    const data = writeWav({ codec: 'mulaw', rate: PCMU_MONO.rate, channels: 1, data: bytes });
    audio.push({ file, bytes: data });
    return { atMs, bot: false, lines: (at) => [`- say: ${file}`, ...at.split('\n').filter(Boolean)] };
  });
  const all = [...moments, ...said, ...callerMoments(call)].sort((a, b) => a.atMs - b.atMs);
  const steps: string[] = [];
  let lastMs = 0;
  for (const { atMs, bot, lines } of all) {
    if (atMs > call.end.atMs) continue;
    const start = starts.findLast((one) => one.atMs <= atMs);
    const over = !bot && start !== undefined && atMs < start.endMs;
    const within =
      bot && atMs - lastMs > SOON_MS ? [`  within: ${Math.ceil(((atMs - lastMs) * 1.5) / 1000)}s`] : [];
    const at = over ? `  at: playback_started + ${Math.round(atMs - start.atMs)}ms` : '';
    steps.push(...lines(at), ...within);
    lastMs = atMs;
  }
  if (call.end.by === 'caller') steps.push('- hangup');
  const inputs = call.open.inputVariables ?? {};
  const { language } = call.open;
  const text = [
    SCHEMA_LINE,
    'version: 1',
    `name: ${quoted(name)}`,
    'call:',
    `  connectorId: ${quoted(connectorId)}`,
    ...(language === undefined ? [] : [`  language: ${quoted(language)}`]),
    ...(Object.keys(inputs).length === 0 ? [] : [`  inputs: ${flowMap(inputs)}`]),
    ...(steps.length === 0 ? ['steps: []'] : ['steps:', ...steps.map((line) => `  ${line}`)]),
    ...(call.end.by === 'caller' ? ['end: { path: disconnected }'] : end),
    '',
  ].join('\n');
  return { text, audio };
}

interface Playing {
  readonly atMs: number;
  endMs: number;
}

/** What the bot did, when it was heard, and what the call came to. */
function botMoments({ header, rows }: Trace): {
  readonly moments: readonly Moment[];
  readonly starts: readonly Playing[];
  readonly end: readonly string[];
} {
  const moments: Moment[] = [];
  const starts: Playing[] = [];
  let end: readonly string[] = [];
  let openedAtMs = 0;
  let interrupted = false;
  for (const row of rows) {
    if (row.kind !== 'message') continue;
    const sent = readMessage(laneOf(header.vantage, row.dir), row.text);
    if (!('message' in sent)) continue;
    const { message } = sent;
    const atMs = row.t - openedAtMs;
    const expected = (what: string) => moments.push({ atMs, bot: true, lines: () => [`- expect: ${what}`] });
    if (message.type === 'opened') openedAtMs = row.t;
    if (message.type === 'playback_started') starts.push({ atMs, endMs: Number.POSITIVE_INFINITY });
    if (message.type === 'playback_completed') {
      const last = starts.at(-1);
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
        if (type === 'bot_turn_response') expected(turnOf(data));
      }
    }
    if (message.type === 'disconnect')
      end = endOf(message.parameters.reason, message.parameters.outputVariables);
  }
  return { moments, starts, end };
}

function turnOf(data: unknown): string {
  const read = (name: string): unknown =>
    typeof data === 'object' && data !== null ? Reflect.get(data, name) : undefined;
  const [disposition, text] = [read('disposition'), read('text')];
  const facts = [
    ...(typeof disposition === 'string' ? [`disposition: ${disposition}`] : []),
    // A text between slashes would be a pattern.
    ...(typeof text === 'string' ? [`text: { equals: ${JSON.stringify(text)} }`] : []),
  ];
  return `{ turn: { ${facts.join(', ')} } }`;
}

function endOf(reason: string, outputs: Readonly<Record<string, unknown>> = {}): readonly string[] {
  if (reason !== 'completed') return ['end: { path: failure }'];
  const texts = Object.entries(outputs).map(([name, value]) => [name, String(value)] as const);
  if (texts.length === 0) return ['end: { path: success }'];
  const lines = texts.map(([name, value]) => `    ${quoted(name)}: ${outputRule(name, value)}`);
  return ['end:', '  path: success', '  outputs:', ...lines];
}

/** Values that are others on every call, by their look. */
const CHANGING: readonly RegExp[] = [
  /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i,
  /^\d{4}-\d\d-\d\dT\d\d:\d\d/,
];
/** Names of what is measured, where the value is a number. */
const MEASURED = /(ms|millis|milliseconds|seconds|duration|time)$/i;

/** What an output has to be: what it was, or of what look where the next call has another. */
function outputRule(name: string, value: string): string {
  const pattern = MEASURED.test(name) && /^\d/.test(value) ? /^\d+(\.\d+)?$/ : undefined;
  const found = [...CHANGING, ...(pattern ? [pattern] : [])].find((one) => one.test(value));
  return found ? `{ matches: ${JSON.stringify(found.source)} }` : `{ equals: ${JSON.stringify(value)} }`;
}

/** What the caller did beside talking; keys in one go in one step. */
function callerMoments({ actions }: RecordedCall): readonly Moment[] {
  const moments: Moment[] = [];
  let keys: { digits: string; atMs: number; lastMs: number; gapMs: number } | undefined;
  const press = () => {
    if (!keys) return;
    const { digits, atMs, gapMs } = keys;
    const gap = digits.length > 1 ? [`  gap: ${Math.max(1, Math.round(gapMs))}ms`] : [];
    moments.push({
      atMs,
      bot: false,
      lines: (at) => [`- dtmf: ${JSON.stringify(digits)}`, ...gap, ...(at ? [at] : [])],
    });
    keys = undefined;
  };
  for (const { atMs, action } of actions) {
    if (action.do === 'dtmf' && keys && atMs - keys.lastMs < KEYS_MS) {
      const digits = keys.digits + action.digit;
      keys = { digits, atMs: keys.atMs, lastMs: atMs, gapMs: (atMs - keys.atMs) / (digits.length - 1) };
      continue;
    }
    press();
    if (action.do === 'dtmf') keys = { digits: action.digit, atMs, lastMs: atMs, gapMs: 0 };
    else {
      const line =
        action.do === 'language'
          ? `language: ${quoted(action.language)}`
          : `${action.do === 'hold' ? 'pause' : 'resume'}: true`;
      moments.push({ atMs, bot: false, lines: (at) => [`- ${line}`, ...(at ? [at] : [])] });
    }
  }
  press();
  return moments;
}

/** What the caller said, each with when it began. */
function utterances(audio: Uint8Array): readonly { readonly atMs: number; readonly bytes: Uint8Array }[] {
  const vad = createEnergyVad();
  const found: { atMs: number; bytes: Uint8Array }[] = [];
  let startMs = 0;
  for (const { type, sampleMs } of [...vad.push(audio), ...vad.flush()]) {
    if (type === 'start') startMs = Math.max(0, sampleMs - AROUND_MS);
    else found.push({ atMs: startMs, bytes: audio.slice(startMs * 8, (sampleMs + AROUND_MS) * 8) });
  }
  return found;
}

const quoted = (text: string): string => JSON.stringify(text);

function flowMap(texts: Readonly<Record<string, string>>): string {
  return `{ ${Object.entries(texts)
    .map(([name, value]) => `${quoted(name)}: ${quoted(value)}`)
    .join(', ')} }`;
}

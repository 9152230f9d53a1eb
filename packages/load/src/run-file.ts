import { checkArgument, messageOf } from '@hookline/runtime';
import { loadError } from './error.js';
import {
  addCounts,
  addExample,
  addSecond,
  type EchoTotals,
  emptySecond,
  type LoadRun,
  MAX_SECONDS,
  NO_CALLS,
  type Second,
} from './load-run.js';
import { Metrics } from './metrics.js';

const FORMAT = 'hookline-load';
const SCHEMA_VERSION = 1;

/** A run as plain data, for files and for messages between processes. */
export interface RunData {
  readonly format: typeof FORMAT;
  readonly schemaVersion: typeof SCHEMA_VERSION;
  /** Each metric as a compressed HDR histogram (V2, base64), in microseconds. */
  readonly histograms: Readonly<Record<string, string>>;
  readonly [fact: string]: unknown;
}

/** Encodes a run as plain data. */
export function encodeRun(run: LoadRun): RunData {
  checkArgument('LOAD_BAD_OPTION', 'encodeRun: run', run, { metrics: 'object' });
  const { metrics, ...facts } = run;
  return { format: FORMAT, schemaVersion: SCHEMA_VERSION, ...facts, histograms: metrics.encode() };
}

/**
 * Decodes a run from plain data.
 *
 * @param name - the name of the file, for errors
 * @throws HooklineError `LOAD_BAD_FILE` with the invalid field
 */
export function decodeRun(data: unknown, name: string): LoadRun {
  const run = requireObject(data, 'the file', name);
  if (run['format'] !== FORMAT)
    throw badFile(
      name,
      `has format ${quoted(run['format'])}; expected ${JSON.stringify(FORMAT)}, as hookline load --out writes it`,
    );
  if (run['schemaVersion'] !== SCHEMA_VERSION) {
    throw badFile(
      name,
      `has schemaVersion ${quoted(run['schemaVersion'])}; this version reads ${SCHEMA_VERSION}`,
    );
  }
  const number = (field: string) => readNumber(run[field], field, name);
  const seconds = run['seconds'];
  if (!Array.isArray(seconds) || seconds.length > MAX_SECONDS) throw badFile(name, 'has no list of seconds');
  return {
    startedAtMs: number('startedAtMs'),
    durationMs: number('durationMs'),
    url: typeof run['url'] === 'string' ? run['url'] : '',
    processes: number('processes'),
    maxLateMs: number('maxLateMs'),
    counts: readNumbers({ ...NO_CALLS }, run['counts'], 'counts', name),
    failures: readNumbers<Record<string, number>>({}, run['failures'], 'failures', name),
    ...(run['examples'] === undefined ? {} : { examples: readExamples(run['examples'], name) }),
    echo: readNumbers<EchoTotals>({ backMs: 0, lostMs: 0, alteredMs: 0 }, run['echo'], 'echo', name),
    seconds: seconds.map((second) => readSecond(second, name)),
    metrics: readMetrics(run['histograms'], name),
    cpuMs: number('cpuMs'),
  };
}

/** Parses a run from the text of a file, with or without a byte order mark. @throws HooklineError `LOAD_BAD_FILE` */
export function parseRun(text: string, name: string): LoadRun {
  checkArgument('LOAD_BAD_OPTION', 'parseRun: text', text, 'text');
  let data: unknown;
  try {
    data = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw badFile(name, `is not JSON: ${messageOf(error)}`);
  }
  return decodeRun(data, name);
}

function readSecond(value: unknown, name: string): Second {
  const second = emptySecond();
  const { opened, reply, sendLate, ...counts } = requireObject(value, 'a second', name);
  const zero = { started: 0, ended: 0, failed: 0, live: 0 };
  addSecond(second, {
    ...readNumbers(zero, counts, 'a second', name),
    opened: readSpread(opened, name),
    reply: readSpread(reply, name),
    sendLate: readSpread(sendLate, name),
  });
  return second;
}

function readSpread(value: unknown, name: string) {
  return readNumbers({ count: 0, sum: 0, max: 0 }, value, 'a second', name);
}

function readMetrics(value: unknown, name: string): Metrics {
  try {
    return Metrics.decode(requireObject(value, 'histograms', name));
  } catch (error) {
    throw badFile(name, `has a histogram that cannot be read: ${messageOf(error)}`);
  }
}

/** Reads an object of numbers and adds them to `zero`. */
function readNumbers<Counts extends object>(
  zero: Counts,
  given: unknown,
  field: string,
  name: string,
): Counts {
  const found = requireObject(given, field, name);
  for (const [key, value] of Object.entries(found)) readNumber(value, `${field}.${key}`, name);
  addCounts(zero, found);
  return zero;
}

function readExamples(given: unknown, name: string): Record<string, string> {
  const examples: Record<string, string> = {};
  for (const [cause, error] of Object.entries(requireObject(given, 'examples', name))) {
    if (typeof error !== 'string')
      throw badFile(name, `has examples.${cause} ${quoted(error)}; expected a text`);
    addExample(examples, cause, error);
  }
  return examples;
}

function readNumber(value: unknown, field: string, name: string): number {
  if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value;
  throw badFile(name, `has ${field} ${quoted(value)}; expected a number of 0 or more`);
}

function requireObject(value: unknown, field: string, name: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw badFile(name, `has no object as ${field}`);
}

/** Maximum length of a quoted value. */
const SHOWN_CHARS = 40;

function quoted(value: unknown): string {
  return String(JSON.stringify(value)).slice(0, SHOWN_CHARS);
}

function badFile(name: string, problem: string) {
  return loadError('LOAD_BAD_FILE', `${name} ${problem}.`);
}

import type { CallResult } from '@hookline/client';
import { isRecord } from '@hookline/runtime';
import { outcomeOf } from '../call/outcome.js';
import type { CallOutcome } from '../messages.js';

/** Returns the value, or what is valid of it; undefined if it is invalid. */
type Reader = (value: unknown) => unknown;

const text: Reader = (value) => (typeof value === 'string' ? value : undefined);
/** The bound of times in the rows of a trace. */
const count: Reader = (value) =>
  typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER ? value : undefined;
const texts: Reader = (value) =>
  isRecord(value)
    ? Object.fromEntries(Object.entries(value).filter(([, one]) => typeof one === 'string'))
    : undefined;
const listOf =
  (read: Reader): Reader =>
  (value) =>
    Array.isArray(value) ? value.map(read).filter((one) => one !== undefined) : undefined;
/** @param required - the fields without which the value is invalid */
const fieldsOf =
  (readers: Readonly<Record<string, Reader>>, required: readonly string[] = []): Reader =>
  (value) => {
    if (!isRecord(value)) return undefined;
    const read = Object.entries(readers).flatMap(([name, reader]) => {
      const one = reader(value[name]);
      return one === undefined ? [] : [[name, one] as const];
    });
    const fields = Object.fromEntries(read);
    return required.every((name) => name in fields) ? fields : undefined;
  };

const readResult = fieldsOf({
  path: text,
  outputs: texts,
  missing: listOf(text),
  undeclared: listOf(text),
  discardedOutputs: texts,
  failureOutputs: fieldsOf({ errorType: text, errorMessage: text }),
  cause: text,
  clause: text,
  status: count,
  closeCode: count,
  reason: text,
  durationMs: count,
  heardMs: count,
  cutMs: count,
  flushedMs: count,
  underruns: count,
  bargeIns: count,
  callerLateMs: count,
  dtmf: text,
  timings: fieldsOf({
    connectMs: count,
    openedMs: count,
    firstAudioMs: count,
    rttMs: count,
    replyMs: listOf(count),
  }),
  warnings: listOf(
    fieldsOf({ message: text, count, firstAtMs: count, clause: text, effect: text, fix: text }, [
      'message',
      'count',
      'firstAtMs',
    ]),
  ),
});

const EMPTY = {
  sessionId: '',
  conversationId: '',
  durationMs: 0,
  heardMs: 0,
  cutMs: 0,
  flushedMs: 0,
  underruns: 0,
  bargeIns: 0,
  callerLateMs: 0,
  dtmf: '',
  turns: [],
  discardedOutputs: {},
  warnings: [],
};

/**
 * Reads the result file of a trace, which any program may have written. Returns undefined if it is not a call result; unknown
 * and invalid fields are omitted.
 */
export function readOutcome(
  value: unknown,
  actionName: string,
  row: number | undefined,
): Partial<CallOutcome> | undefined {
  const result = readResult(value);
  if (!isResult(result)) return undefined;
  const timings = Object.assign({ replyMs: [], playbacks: [] }, result.timings);
  const outcome = outcomeOf({ ...EMPTY, ...result, timings }, { actionName, row, micDroppedMs: 0 });
  const { durationMs: _, ...withoutDuration } = outcome;
  // The duration is also in the rows of the trace.
  return 'durationMs' in result ? outcome : withoutDuration;
}

function isResult(value: unknown): value is CallResult {
  if (!isRecord(value)) return false;
  if (value['path'] === 'success') return 'outputs' in value && 'missing' in value && 'undeclared' in value;
  if (value['path'] === 'failure') return 'failureOutputs' in value && 'cause' in value;
  return value['path'] === 'disconnected';
}

import { type ClauseId, STALE_ACKNOWLEDGEMENT_MS } from '@hookline/protocol';
import { isRecord } from '@hookline/runtime';
import { numberAt, readObject, type Timeline, type TimelineItem, typeOf } from '../record/timeline.js';
import { isCompletion } from './call-end.js';
import { type EndCauses, type Evidence, isSevere, pass, type Rule, violation } from './evidence.js';
import { clauseBrokenByEnd } from './tolerance.js';

/** A `disconnect` may arrive this long after `close` was sent, because both may be in flight. In milliseconds. */
const CROSSING_MS = 1000;

/** Clauses that are broken if an attack on another call ends this one: the bot crashed and did not end the call itself. */
export const CRASH_CLAUSES: ReadonlySet<ClauseId> = new Set(['AC-MSG-16', 'AC-CONN-10', 'AC-SIG-12']);

/** Evaluates the end of the call: `disconnect`, its outputs, `closed`, the end of the connection. */
export const endingRule: Rule = (call, causes) => {
  const { kind } = call.record.purpose;
  if (kind !== 'call' && kind !== 'probe') return [];
  // A bot that received two session ids need not reply to either.
  const hasTwoSessionIds = call.items.some((item) => item.kind === 'mark' && item.mark.expected === 'refuse');
  return hasTwoSessionIds
    ? []
    : [...checkDisconnects(call), ...checkCloses(call), ...checkConnectionEnd(call, causes)];
};

const textOf = (item: TimelineItem): string => ('text' in item ? item.text : '');
const isClose = (item: TimelineItem): boolean => item.kind === 'sent' && item.message.type === 'close';

// AC-DISC-1, AC-DISC-2, AC-OUT-1, AC-OUT-2, AC-OUT-5
function checkDisconnects({ items }: Timeline): Evidence[] {
  const evidence: Evidence[] = [];
  const close = items.find(isClose);
  for (const item of items) {
    if (typeOf(item) !== 'disconnect') continue;
    const { index } = item;
    const outputs = outputsOf(item);
    if (item.phase === 'closed') {
      if (outputs) evidence.push(violation('AC-OUT-5', index, `after \`closed\`: ${textOf(item)}`));
      continue;
    }
    if (item.disconnected) {
      evidence.push(violation('AC-DISC-2', index, `a second time: ${textOf(item)}`));
      continue;
    }
    if (close && item.t - close.t > CROSSING_MS) {
      evidence.push(
        violation('AC-DISC-2', index, `${Math.round(item.t - close.t)} ms after \`close\`: ${textOf(item)}`),
      );
      continue;
    }
    evidence.push(pass('AC-DISC-2', index));
    if (item.kind !== 'message' || item.message.type !== 'disconnect') continue;
    evidence.push(pass('AC-DISC-1', index));
    if (!outputs && hasMisplacedOutputs(item.text))
      evidence.push(
        violation('AC-OUT-1', index, `outputs outside of \`parameters.outputVariables\`: ${item.text}`),
      );
    if (item.message.parameters.reason === 'completed' && outputs) {
      evidence.push(pass('AC-OUT-1', index), pass('AC-OUT-5', index));
      const hasNonString = Object.values(outputs).some((value) => typeof value !== 'string');
      evidence.push(
        hasNonString
          ? violation('AC-OUT-2', index, `an output that is not a string: ${item.text}`)
          : pass('AC-OUT-2', index),
      );
    }
  }
  return evidence;
}

/**
 * Whether the bot sent `closed` together with `disconnect`: it has received nothing since, not even `close`. A
 * `clientseq` of `disconnect` that was too old already says nothing.
 */
function wasSentWith(
  items: readonly TimelineItem[],
  disconnect: TimelineItem,
  closed: TimelineItem,
  close: TimelineItem,
): boolean {
  const seen = numberAt(textOf(closed), 'clientseq');
  const isStale = items.some(
    (item) =>
      item.kind === 'sent' &&
      item.t <= disconnect.t - STALE_ACKNOWLEDGEMENT_MS &&
      item.message.seq > (seen ?? 0),
  );
  if (isStale) return false;
  const closeSeq = close.kind === 'sent' ? close.message.seq : 0;
  // A bot that always sends 0 says nothing.
  return !!seen && seen < closeSeq && seen === numberAt(textOf(disconnect), 'clientseq');
}

/** Whether a field other than `parameters.outputVariables` looks like outputs. */
function hasMisplacedOutputs(text: string): boolean {
  const message = readObject(text) ?? {};
  const parameters = isRecord(message['parameters']) ? message['parameters'] : {};
  return [...Object.entries(message), ...Object.entries(parameters)].some(
    ([name, value]) => /output|variable/i.test(name) && isRecord(value),
  );
}

function outputsOf(item: TimelineItem): Readonly<Record<string, unknown>> | undefined {
  const parameters = readObject(textOf(item))?.['parameters'];
  const outputs = isRecord(parameters) ? parameters['outputVariables'] : undefined;
  return isRecord(outputs) ? outputs : undefined;
}

// AC-CLOSE-1 to AC-CLOSE-6
function checkCloses({ items, record, endMs }: Timeline): Evidence[] {
  const evidence: Evidence[] = [];
  const sent = items.filter(isClose);
  const answers = items.filter((item) => typeOf(item) === 'closed');
  const [close, repeatedClose] = sent;
  const unsolicited = answers.find((item) => !close || item.index < close.index);
  if (unsolicited)
    return [violation('AC-CLOSE-4', unsolicited.index, `before \`close\` was sent: ${textOf(unsolicited)}`)];
  if (!close) return [];
  const [closed, secondClosed] = answers;
  const disconnect = items.find((item) => typeOf(item) === 'disconnect' && item.index < close.index);
  if (closed && disconnect && wasSentWith(items, disconnect, closed, close)) {
    const got = `with the clientseq of \`disconnect\`, so before \`close\` was read: ${textOf(closed)}`;
    return [violation('AC-CLOSE-4', closed.index, got)];
  }
  if (!closed) {
    const end = items.find((item) => item.kind === 'end');
    const waitedMs = (end?.t ?? endMs) - close.t;
    const endedByBot = end?.kind === 'end' && end.by !== 'self';
    if (endedByBot)
      evidence.push(
        violation(
          'AC-CLOSE-1',
          close.index,
          `the bot ended the connection (code ${end.code}); expected \`closed\``,
        ),
      );
    else if (waitedMs > record.deadlines.closedMs) {
      evidence.push(
        violation(
          'AC-CLOSE-1',
          close.index,
          `no \`closed\` within ${(waitedMs / 1000).toFixed(1)} s after \`close\``,
        ),
      );
    }
    return evidence;
  }
  const tookMs = closed.t - close.t;
  evidence.push(
    pass('AC-CLOSE-1', closed.index),
    pass('AC-CLOSE-4', closed.index),
    tookMs <= record.deadlines.closedMs
      ? pass('AC-CLOSE-2', closed.index)
      : violation(
          'AC-CLOSE-2',
          closed.index,
          `\`closed\` arrived ${(tookMs / 1000).toFixed(1)} s after \`close\`; expected within ${(record.deadlines.closedMs / 1000).toFixed(1)} s`,
        ),
    ...checkClosedOutputs(items, closed),
  );
  // AC-CLOSE-6
  if (repeatedClose) {
    evidence.push(
      secondClosed
        ? violation(
            'AC-CLOSE-6',
            secondClosed.index,
            `a second \`closed\`, after \`close\` was repeated: ${textOf(secondClosed)}`,
          )
        : pass('AC-CLOSE-6', repeatedClose.index),
    );
  }
  // AC-CLOSE-3
  const later = items.find(
    (item) =>
      item.index > closed.index &&
      (item.kind === 'message' || item.kind === 'unknown' || item.kind === 'fault') &&
      !(repeatedClose && item === secondClosed) &&
      !(typeOf(item) === 'disconnect' && outputsOf(item)),
  );
  evidence.push(
    later
      ? violation('AC-CLOSE-3', later.index, `after \`closed\`: ${textOf(later)}`)
      : pass('AC-CLOSE-3', closed.index),
  );
  return evidence;
}

// AC-OUT-1, AC-OUT-4
function checkClosedOutputs(items: readonly TimelineItem[], closed: TimelineItem): Evidence[] {
  if (!outputsOf(closed)) return [pass('AC-OUT-4', closed.index)];
  const completed = items.find(isCompletion);
  // The outputs of this call are nowhere else, so that this is not only a place too many.
  return completed && !outputsOf(completed) && !hasMisplacedOutputs(textOf(completed))
    ? [
        violation(
          'AC-OUT-1',
          closed.index,
          `outputs in \`closed\`, and none in \`disconnect\`: ${textOf(closed)}`,
        ),
      ]
    : [violation('AC-OUT-4', closed.index, `outputs in \`closed\`: ${textOf(closed)}`)];
}

// AC-DISC-4, AC-CLOSE-5
function checkConnectionEnd(call: Timeline, causes: EndCauses): Evidence[] {
  const { items, record } = call;
  const end = items.find((item) => item.kind === 'end');
  if (end?.kind !== 'end') return [];
  const closed = items.find((item) => typeOf(item) === 'closed');
  if (closed) {
    return [
      pass('AC-DISC-4', closed.index),
      end.by === 'peer'
        ? violation(
            'AC-CLOSE-5',
            end.index,
            `the bot ended the connection ${Math.round(end.t - closed.t)} ms after \`closed\``,
          )
        : pass('AC-CLOSE-5', end.index),
    ];
  }
  if (record.purpose.kind === 'probe') return [];
  const opened = items.some((item) => typeOf(item) === 'opened');
  const close = items.find(isClose);
  // The connection existed until the client sent `close`.
  if (close) return opened ? [pass('AC-DISC-4', close.index)] : [];
  if (end.by === 'self') return [];
  if (!opened) return [];
  // The cause alone is enough, unless the lost socket is the more severe violation.
  const cause = clauseBrokenByEnd(call, causes);
  if (cause !== undefined && (isSevere(cause) || CRASH_CLAUSES.has(cause))) return [];
  const how = end.by === 'loss' ? 'without a closing handshake' : `with code ${end.code}`;
  return [violation('AC-DISC-4', end.index, `the bot ended the connection ${how} in the middle of the call`)];
}

import { isObject, readObject, type Timeline, type TimelineItem, typeOf } from '../record/timeline.js';
import { broken, type Evidence, held, type Rule } from './evidence.js';
import { fatalMessage, isAttributed } from './tolerance.js';

/** A `disconnect` and a `close` may pass each other on the way, for this long, in milliseconds. */
const CROSSING_MS = 1000;

/** How the call ends: `disconnect`, its outputs, `closed`, the socket. */
export const endingRule: Rule = (call) => {
  const { kind } = call.record.purpose;
  if (kind !== 'call' && kind !== 'probe') return [];
  // Who was told two session ids need not answer to either.
  const hasTwoSessionIds = call.items.some((item) => item.kind === 'mark' && item.mark.expected === 'refuse');
  return hasTwoSessionIds ? [] : [...disconnects(call), ...closes(call), ...socket(call)];
};

const textOf = (item: TimelineItem): string => ('text' in item ? item.text : '');
const isClose = (item: TimelineItem): boolean => item.kind === 'sent' && item.message.type === 'close';

// AC-DISC-1, AC-DISC-2, AC-OUT-1, AC-OUT-2, AC-OUT-5
function disconnects({ items }: Timeline): Evidence[] {
  const evidence: Evidence[] = [];
  const close = items.find(isClose);
  for (const item of items) {
    if (typeOf(item) !== 'disconnect') continue;
    const { index } = item;
    const outputs = outputsOf(item);
    if (item.phase === 'closed') {
      if (outputs) evidence.push(broken('AC-OUT-5', index, `after \`closed\`: ${textOf(item)}`));
      continue;
    }
    if (item.disconnected) {
      evidence.push(broken('AC-DISC-2', index, `a second time: ${textOf(item)}`));
      continue;
    }
    if (close && item.t - close.t > CROSSING_MS) {
      evidence.push(
        broken('AC-DISC-2', index, `${Math.round(item.t - close.t)} ms after \`close\`: ${textOf(item)}`),
      );
      continue;
    }
    evidence.push(held('AC-DISC-2', index));
    if (item.kind !== 'message' || item.message.type !== 'disconnect') continue;
    evidence.push(held('AC-DISC-1', index));
    if (!outputs && hasMisplacedOutputs(item.text)) evidence.push(broken('AC-OUT-1', index, textOf(item)));
    if (item.message.parameters.reason === 'completed' && outputs) {
      evidence.push(held('AC-OUT-1', index), held('AC-OUT-5', index));
      const other = Object.values(outputs).some((value) => typeof value !== 'string');
      evidence.push(other ? broken('AC-OUT-2', index, textOf(item)) : held('AC-OUT-2', index));
    }
  }
  return evidence;
}

/** Whether something like outputs stands elsewhere than in `parameters.outputVariables`. */
function hasMisplacedOutputs(text: string): boolean {
  const message = readObject(text) ?? {};
  const parameters = isObject(message['parameters']) ? message['parameters'] : {};
  return [...Object.entries(message), ...Object.entries(parameters)].some(
    ([name, value]) => /output|variable/i.test(name) && isObject(value),
  );
}

function outputsOf(item: TimelineItem): Readonly<Record<string, unknown>> | undefined {
  const parameters = readObject(textOf(item))?.['parameters'];
  const outputs = isObject(parameters) ? parameters['outputVariables'] : undefined;
  return isObject(outputs) ? outputs : undefined;
}

// AC-CLOSE-1 to AC-CLOSE-6, AC-OUT-4
function closes({ items, record, endMs }: Timeline): Evidence[] {
  const evidence: Evidence[] = [];
  const sent = items.filter(isClose);
  const answers = items.filter((item) => typeOf(item) === 'closed');
  const [close, again] = sent;
  const early = answers.find((item) => !close || item.index < close.index);
  if (early) return [broken('AC-CLOSE-4', early.index, `no \`close\` had been sent: ${textOf(early)}`)];
  if (!close) return [];
  const [closed, second] = answers;
  if (!closed) {
    const end = items.find((item) => item.kind === 'end');
    const waitedMs = (end?.t ?? endMs) - close.t;
    const ended = end?.kind === 'end' && end.by !== 'self';
    if (ended)
      evidence.push(
        broken(
          'AC-CLOSE-1',
          close.index,
          `the bot ended the connection (code ${end.code}) in place of \`closed\``,
        ),
      );
    else if (waitedMs > record.deadlines.closedMs) {
      evidence.push(
        broken(
          'AC-CLOSE-1',
          close.index,
          `no \`closed\` within ${(waitedMs / 1000).toFixed(1)} s of ${textOf(close) || '`close`'}`,
        ),
      );
    }
    return evidence;
  }
  const tookMs = closed.t - close.t;
  evidence.push(
    held('AC-CLOSE-1', closed.index),
    held('AC-CLOSE-4', closed.index),
    tookMs <= record.deadlines.closedMs
      ? held('AC-CLOSE-2', closed.index)
      : broken('AC-CLOSE-2', closed.index, `\`closed\` came after ${(tookMs / 1000).toFixed(1)} s`),
    outputsOf(closed) ? broken('AC-OUT-4', closed.index, textOf(closed)) : held('AC-OUT-4', closed.index),
  );
  // AC-CLOSE-6
  if (again) {
    evidence.push(
      second
        ? broken('AC-CLOSE-6', second.index, `answered again: ${textOf(second)}`)
        : held('AC-CLOSE-6', again.index),
    );
  }
  // AC-CLOSE-3
  const later = items.find(
    (item) =>
      item.index > closed.index &&
      (item.kind === 'message' || item.kind === 'unknown' || item.kind === 'fault') &&
      !(again && item === second) &&
      !(typeOf(item) === 'disconnect' && outputsOf(item)),
  );
  evidence.push(
    later
      ? broken('AC-CLOSE-3', later.index, `after \`closed\`: ${textOf(later)}`)
      : held('AC-CLOSE-3', closed.index),
  );
  return evidence;
}

// AC-DISC-4, AC-CLOSE-5
function socket(call: Timeline): Evidence[] {
  const { items, record } = call;
  const end = items.find((item) => item.kind === 'end');
  if (end?.kind !== 'end') return [];
  const closed = items.find((item) => typeOf(item) === 'closed');
  if (closed) {
    return [
      held('AC-DISC-4', closed.index),
      end.by === 'peer'
        ? broken(
            'AC-CLOSE-5',
            end.index,
            `the bot ended the connection ${Math.round(end.t - closed.t)} ms after \`closed\``,
          )
        : held('AC-CLOSE-5', end.index),
    ];
  }
  if (record.purpose.kind === 'probe') return [];
  const opened = items.some((item) => typeOf(item) === 'opened');
  const close = items.find(isClose);
  // The connection was there until the client asked for its end.
  if (close) return opened ? [held('AC-DISC-4', close.index)] : [];
  if (end.by === 'self') return [];
  if (!opened || isAttributed(call) || fatalMessage(call) !== undefined) return [];
  const how = end.by === 'loss' ? 'without a closing handshake' : `with code ${end.code}`;
  return [broken('AC-DISC-4', end.index, `the bot ended the connection ${how} in the middle of the call`)];
}

import { sniffBytes } from '@hookline/audio';
import {
  type ClauseId,
  chooseMedia,
  type MediaOffer,
  type ServerParameters,
  sameMedia,
} from '@hookline/protocol';
import { isRecord } from '@hookline/runtime';
import { type Timeline, type TimelineItem, typeOf } from '../record/timeline.js';
import { type EndCauses, type Evidence, pass, type Rule, violation } from './evidence.js';

/** Evaluates the open transaction: `opened` arrives in time, selects one of the offers, and nothing precedes it. */
export const openRule: Rule = (call, causes) => {
  const { items, record } = call;
  if (record.purpose.kind !== 'call' && record.purpose.kind !== 'probe') return [];
  const open = items.find((item) => item.kind === 'sent' && item.message.type === 'open');
  if (open?.kind !== 'sent') return [];
  return [
    ...checkAnswer(call, open, causes),
    ...checkBeforeOpened(items),
    ...checkRepeatedOpened(items),
    ...items.flatMap((item) =>
      item.kind === 'message' && item.message.type === 'opened' && item.phase === 'opening'
        ? checkOpened(item.message.parameters, open.message.parameters, item)
        : [],
    ),
  ];
};

type Item<Kind extends TimelineItem['kind']> = Extract<TimelineItem, { kind: Kind }>;

/** Returns the well-formed media offers of `open`. */
export function offersOf(parameters: Readonly<Record<string, unknown>>): MediaOffer[] {
  const media = parameters['media'];
  return Array.isArray(media) ? media.filter(isOffer) : [];
}

function isOffer(value: unknown): value is MediaOffer {
  return isRecord(value) && Array.isArray(value['channels']);
}

// AC-OPEN-2, AC-OPEN-3, AC-PROBE-2, AC-PROBE-3
function checkAnswer(
  { items, record, endMs }: Timeline,
  open: Item<'sent'>,
  { isUnrelated }: EndCauses,
): Evidence[] {
  const probe = record.purpose.kind === 'probe';
  const answer = items.find(
    (item) =>
      typeOf(item) === 'opened' || typeOf(item) === 'disconnect' || item.kind === 'end' || isClose(item),
  );
  const { openedMs } = record.deadlines;
  // The scenario closed the call before the deadline.
  if (answer && isClose(answer) && answer.t - open.t <= openedMs) return [];
  const { clause: unanswered, prefix } = isUnrelated
    ? { clause: 'AC-OPEN-2' as const, prefix: '' }
    : expectedClause(items, open, probe ? 'AC-PROBE-2' : 'AC-OPEN-2');
  const type = answer && typeOf(answer);
  if (answer && type === 'opened') {
    const tookMs = answer.t - open.t;
    const inTime =
      tookMs <= openedMs
        ? pass('AC-OPEN-3', answer.index)
        : violation(
            'AC-OPEN-3',
            answer.index,
            `\`opened\` arrived ${seconds(tookMs)} after \`open\`; expected within ${seconds(openedMs)}`,
          );
    const closed = items.find((item) => typeOf(item) === 'closed');
    const disconnect = items.find((item) => typeOf(item) === 'disconnect');
    return [
      pass('AC-OPEN-2', answer.index),
      inTime,
      ...(probe && closed ? [pass('AC-PROBE-2', closed.index)] : []),
      ...(probe
        ? [
            disconnect && !isUnrelated
              ? violation(
                  'AC-PROBE-3',
                  disconnect.index,
                  `\`disconnect\` during a probe: ${textOf(disconnect)}`,
                )
              : pass('AC-PROBE-3', answer.index),
          ]
        : []),
    ];
  }
  if (answer && type === 'disconnect') {
    return probe && !isUnrelated
      ? [violation('AC-PROBE-3', answer.index, `\`disconnect\` during a probe: ${textOf(answer)}`)]
      : [pass('AC-OPEN-2', answer.index)];
  }
  const other = items.find(({ kind, phase }) => phase === 'opening' && RECEIVED_KINDS.has(kind));
  // AC-MSG-1 or AC-MSG-5: the bot answered, but not with a message.
  if (other?.kind === 'fault' && typeOf(other) === undefined) return [];
  const sent = other ? `; the bot sent ${describeReceived(other)}` : '';
  if (answer?.kind === 'end' && answer.by !== 'self') {
    return [
      violation(
        unanswered,
        open.index,
        `${prefix}the bot ended the connection (code ${answer.code}); expected \`opened\` or \`disconnect\`${sent}`,
      ),
    ];
  }
  const waitedMs = (answer?.t ?? endMs) - open.t;
  return waitedMs > openedMs
    ? [violation(unanswered, open.index, `${prefix}no answer to \`open\` within ${seconds(waitedMs)}${sent}`)]
    : [];
}

const RECEIVED_KINDS: ReadonlySet<TimelineItem['kind']> = new Set(['message', 'unknown', 'fault', 'audio']);

function describeReceived(item: TimelineItem): string {
  if (item.kind !== 'audio') return textOf(item);
  const { kind, label } = sniffBytes(item.bytes);
  const frame = `a binary frame of ${item.bytes.length} bytes`;
  return kind === 'text' ? `${frame} that starts like ${label}; messages are text frames` : frame;
}

/** Returns the clause that an unanswered `open` breaks: if the `open` contains a stimulus, the clause of the stimulus. */
function expectedClause(
  items: readonly TimelineItem[],
  open: Item<'sent'>,
  fallback: ClauseId,
): { readonly clause: ClauseId; readonly prefix: string } {
  const mark = items.findLast(
    (item): item is Item<'mark'> => item.kind === 'mark' && item.index < open.index,
  )?.mark;
  return mark?.expected === 'tolerate' && mark.clause !== undefined
    ? { clause: mark.clause, prefix: `${mark.description}: ` }
    : { clause: fallback, prefix: '' };
}

const textOf = (item: TimelineItem): string => ('text' in item ? item.text : '');
const isClose = (item: TimelineItem): boolean => item.kind === 'sent' && item.message.type === 'close';
const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

// AC-OPEN-6
function checkBeforeOpened(items: readonly TimelineItem[]): Evidence[] {
  return items
    .filter((item) => item.phase === 'opening' && (item.kind === 'message' || item.kind === 'unknown'))
    .filter((item) => !item.disconnected)
    .map((item) =>
      typeOf(item) === 'opened' || typeOf(item) === 'disconnect'
        ? pass('AC-OPEN-6', item.index)
        : violation('AC-OPEN-6', item.index, `before \`opened\`: ${textOf(item)}`),
    );
}

// AC-OPEN-7, AC-OPEN-8
function checkRepeatedOpened(items: readonly TimelineItem[]): Evidence[] {
  const opened = items.filter((item) => typeOf(item) === 'opened');
  const opens = items.filter((item) => item.kind === 'sent' && item.message.type === 'open');
  const [first, second] = opened;
  if (!first) return [];
  if (!second) return [pass('AC-OPEN-7', first.index)];
  const secondOpen = opens[1];
  return secondOpen && secondOpen.index < second.index
    ? [
        violation(
          'AC-OPEN-8',
          second.index,
          `a second \`opened\`, after a second \`open\`: ${textOf(second)}`,
        ),
      ]
    : [violation('AC-OPEN-7', second.index, `a second \`opened\`: ${textOf(second)}`)];
}

function checkOpened(
  opened: ServerParameters<'opened'>,
  open: Readonly<Record<string, unknown>>,
  { index, text }: Item<'message'>,
): Evidence[] {
  const offers = offersOf(open);
  const { media } = opened;
  const [choice] = media;
  const evidence: Evidence[] = [];
  // AC-OPEN-4
  const isOffered = media.length <= 1 && (!choice || offers.some((offer) => sameMedia(offer, choice)));
  evidence.push(
    isOffered
      ? pass('AC-OPEN-4', index)
      : violation('AC-OPEN-4', index, `expected at most one of the offered media: ${text}`),
    pass('AC-MEDIA-1', index),
    pass('AC-MEDIA-2', index),
  );
  // AC-MEDIA-4
  if (choice && isOffered && offers.length > 1) {
    // Of equally good ones the first, so that another one is better than the bot's choice.
    const best = chooseMedia([choice, ...offers]) ?? choice;
    evidence.push(
      sameMedia(best, choice)
        ? pass('AC-MEDIA-4', index)
        : violation(
            'AC-MEDIA-4',
            index,
            `expected the offer ${best.format} with ${best.channels.join(' and ')}: ${text}`,
          ),
    );
  }
  // AC-OPEN-5
  evidence.push(
    'startPaused' in opened
      ? pass('AC-OPEN-5', index)
      : violation('AC-OPEN-5', index, `no \`startPaused\`: ${text}`),
  );
  // AC-OPEN-11
  if (open['supportedLanguages'] !== true) {
    evidence.push(
      opened.supportedLanguages === undefined
        ? pass('AC-OPEN-11', index)
        : violation('AC-OPEN-11', index, `\`supportedLanguages\`, which \`open\` did not request: ${text}`),
    );
  }
  if (opened.discardTo !== undefined) evidence.push(pass('AC-DUR-1', index), pass('AC-DUR-2', index));
  return evidence;
}

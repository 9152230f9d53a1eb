import { type ClauseId, type MediaOffer, type ServerParameters, sameMedia } from '@hookline/protocol';
import { isObject, type Timeline, type TimelineItem, typeOf } from '../record/timeline.js';
import { broken, type Evidence, held, type Rule } from './evidence.js';

/** The open transaction: that `open` is answered, in time, with one of the offers, and that nothing comes before. */
export const openRule: Rule = (call) => {
  const { items, record } = call;
  if (record.purpose.kind !== 'call' && record.purpose.kind !== 'probe') return [];
  const open = items.find((item) => item.kind === 'sent' && item.message.type === 'open');
  if (open?.kind !== 'sent') return [];
  return [
    ...answered(call, open),
    ...before(items),
    ...repeated(items),
    ...items.flatMap((item) =>
      item.kind === 'message' && item.message.type === 'opened' && item.phase === 'opening'
        ? chosen(item.message.parameters, open.message.parameters, item)
        : [],
    ),
  ];
};

type Item<Kind extends TimelineItem['kind']> = Extract<TimelineItem, { kind: Kind }>;

/** Of the offers of `open`, those that can be compared. */
export function offersOf(parameters: Readonly<Record<string, unknown>>): MediaOffer[] {
  const media = parameters['media'];
  return Array.isArray(media) ? media.filter(isOffer) : [];
}

function isOffer(value: unknown): value is MediaOffer {
  return isObject(value) && Array.isArray(value['channels']);
}

// AC-OPEN-2, AC-OPEN-3, AC-PROBE-2, AC-PROBE-3
function answered({ items, record, endMs }: Timeline, open: Item<'sent'>): Evidence[] {
  const probe = record.purpose.kind === 'probe';
  const answer = items.find(
    (item) =>
      typeOf(item) === 'opened' || typeOf(item) === 'disconnect' || item.kind === 'end' || isClose(item),
  );
  const { openedMs } = record.deadlines;
  // Closed on purpose, or because nothing came.
  if (answer && isClose(answer) && answer.t - open.t <= openedMs) return [];
  const { clause: unanswered, what } = expectedClause(items, open, probe ? 'AC-PROBE-2' : 'AC-OPEN-2');
  const type = answer && typeOf(answer);
  if (answer && type === 'opened') {
    const tookMs = answer.t - open.t;
    const inTime =
      tookMs <= openedMs
        ? held('AC-OPEN-3', answer.index)
        : broken('AC-OPEN-3', answer.index, `\`opened\` came after ${seconds(tookMs)}`);
    const closed = items.find((item) => typeOf(item) === 'closed');
    const disconnect = items.find((item) => typeOf(item) === 'disconnect');
    return [
      held('AC-OPEN-2', answer.index),
      inTime,
      ...(probe && closed ? [held('AC-PROBE-2', closed.index)] : []),
      ...(probe
        ? [
            disconnect
              ? broken('AC-PROBE-3', disconnect.index, textOf(disconnect))
              : held('AC-PROBE-3', answer.index),
          ]
        : []),
    ];
  }
  if (answer && type === 'disconnect') {
    return probe ? [broken('AC-PROBE-3', answer.index, textOf(answer))] : [held('AC-OPEN-2', answer.index)];
  }
  if (answer?.kind === 'end' && answer.by !== 'self') {
    return [
      broken(
        unanswered,
        open.index,
        `${what}the bot ended the connection (code ${answer.code}) in place of an answer`,
      ),
    ];
  }
  const waitedMs = (answer?.t ?? endMs) - open.t;
  return waitedMs > openedMs
    ? [broken(unanswered, open.index, `${what}no answer to \`open\` within ${seconds(waitedMs)}`)]
    : [];
}

/** What an `open` that is not answered breaks: where there is something in it that the bot has to bear, that rule. */
function expectedClause(
  items: readonly TimelineItem[],
  open: Item<'sent'>,
  usual: ClauseId,
): { readonly clause: ClauseId; readonly what: string } {
  const mark = items.findLast(
    (item): item is Item<'mark'> => item.kind === 'mark' && item.index < open.index,
  )?.mark;
  return mark?.expected === 'tolerate' && mark.clause !== undefined
    ? { clause: mark.clause, what: `${mark.what}: ` }
    : { clause: usual, what: '' };
}

const textOf = (item: TimelineItem): string => ('text' in item ? item.text : '');
const isClose = (item: TimelineItem): boolean => item.kind === 'sent' && item.message.type === 'close';
const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

// AC-OPEN-6
function before(items: readonly TimelineItem[]): Evidence[] {
  return items
    .filter((item) => item.phase === 'opening' && (item.kind === 'message' || item.kind === 'unknown'))
    .filter((item) => !item.disconnected)
    .map((item) =>
      typeOf(item) === 'opened' || typeOf(item) === 'disconnect'
        ? held('AC-OPEN-6', item.index)
        : broken('AC-OPEN-6', item.index, `before \`opened\`: ${textOf(item)}`),
    );
}

// AC-OPEN-7; a second `open` that is answered is reported by the rule of what is tolerated.
function repeated(items: readonly TimelineItem[]): Evidence[] {
  const opened = items.filter((item) => typeOf(item) === 'opened');
  const opens = items.filter((item) => item.kind === 'sent' && item.message.type === 'open');
  const [first, second] = opened;
  if (!first) return [];
  if (!second) return [held('AC-OPEN-7', first.index)];
  const again = opens[1];
  return again && again.index < second.index
    ? [broken('AC-OPEN-8', second.index, `answered again: ${textOf(second)}`)]
    : [broken('AC-OPEN-7', second.index, textOf(second))];
}

function chosen(
  opened: ServerParameters<'opened'>,
  open: Readonly<Record<string, unknown>>,
  { index, text }: Item<'message'>,
): Evidence[] {
  const offers = offersOf(open);
  const { media } = opened;
  const [choice] = media;
  const evidence: Evidence[] = [];
  // AC-OPEN-4
  const fits = media.length <= 1 && (!choice || offers.some((offer) => sameMedia(offer, choice)));
  evidence.push(
    fits ? held('AC-OPEN-4', index) : broken('AC-OPEN-4', index, text),
    held('AC-MEDIA-1', index),
    held('AC-MEDIA-2', index),
  );
  // AC-MEDIA-4
  if (choice && fits && offers.length > 1) {
    const better = offers.find(
      (offer) =>
        offer.channels.includes('external') &&
        (!choice.channels.includes('external') ||
          (offer.format === 'PCMU' && choice.format === 'L16') ||
          (offer.format === choice.format && offer.channels.length < choice.channels.length)),
    );
    evidence.push(better ? broken('AC-MEDIA-4', index, text) : held('AC-MEDIA-4', index));
  }
  // AC-OPEN-5
  evidence.push('startPaused' in opened ? held('AC-OPEN-5', index) : broken('AC-OPEN-5', index, text));
  // AC-OPEN-11
  if (open['supportedLanguages'] !== true) {
    evidence.push(
      opened.supportedLanguages === undefined ? held('AC-OPEN-11', index) : broken('AC-OPEN-11', index, text),
    );
  }
  if (opened.discardTo !== undefined) evidence.push(held('AC-DUR-1', index), held('AC-DUR-2', index));
  return evidence;
}

import { type ClauseId, durationToNs, isDtmfDigit } from '@hookline/protocol';
import { isRecord } from '@hookline/runtime';
import {
  readObject,
  type SentMessage,
  seqOf,
  type Timeline,
  type TimelineItem,
  typeOf,
} from '../record/timeline.js';

/** Evidence from one call about Genesys: whether it kept a clause, and when. */
export interface ClientEvidence {
  readonly clause: ClauseId;
  readonly passed: boolean;
  readonly t: number;
}

type Sent = Extract<TimelineItem, { kind: 'sent' }>;

/**
 * Evaluates the messages of Genesys against the clauses for the client. Pure.
 *
 * @param masked - whether numbers, keys and variables are masked, and so are no evidence
 */
export function evaluateClient({ record, items }: Timeline, masked: boolean): ClientEvidence[] {
  const sent = items.filter((item): item is Sent => item.kind === 'sent');
  const evidence: ClientEvidence[] = [];
  const report = (clause: ClauseId, passed: boolean, t: number) => evidence.push({ clause, passed, t });
  evaluateHead(record.events.find((event) => event.kind === 'request')?.head, report);
  evaluateEnvelopes(items, report);
  for (const { message, t } of sent) evaluateParameters(message, t, masked, report);
  evaluateAnswers(items, report);
  if (sent.length > 0) {
    const opens = sent.filter(({ message }) => message.type === 'open');
    report('AC-OPEN-1', sent[0]?.message.type === 'open' && opens.length === 1, sent[0]?.t ?? 0);
  }
  return evidence;
}

type Report = (clause: ClauseId, passed: boolean, t: number) => void;

const HEADERS = [
  'audiohook-organization-id',
  'audiohook-session-id',
  'audiohook-correlation-id',
  'x-api-key',
];
const PARAMETERS = new Set(['keyid', 'nonce', 'alg', 'created', 'expires']);

function evaluateHead(head: string | undefined, report: Report): void {
  if (head === undefined) return;
  const fields = new Map(
    head.split(/\r?\n/).flatMap((line): [string, string][] => {
      const at = line.indexOf(':');
      return at > 0 ? [[line.slice(0, at).toLowerCase(), line.slice(at + 1).trim()]] : [];
    }),
  );
  report(
    'AC-CONN-7',
    HEADERS.every((name) => fields.has(name)),
    0,
  );
  const input = fields.get('signature-input');
  if (input === undefined) return;
  const covered = ['@request-target', '@authority', ...HEADERS];
  report(
    'AC-SIG-1',
    covered.every((name) => input.includes(`"${name}"`)),
    0,
  );
  const names = [...input.slice(input.indexOf(')')).matchAll(/;([a-z]+)=/g)].map(([, name = '']) => name);
  report(
    'AC-SIG-8',
    names.every((name) => PARAMETERS.has(name)),
    0,
  );
}

function evaluateEnvelopes(items: readonly TimelineItem[], report: Report): void {
  let seq = 0;
  let serverseq = 0;
  let position = 0;
  for (const item of items) {
    if (typeOf(item) !== undefined) serverseq = seqOf(item) ?? serverseq;
    if (item.kind !== 'sent') continue;
    const object = readObject(item.message.text);
    const { t } = item;
    report('AC-MSG-1', object !== undefined, t);
    if (!object) continue;
    report('AC-MSG-2', object['version'] === '2', t);
    report('AC-MSG-3', isRecord(object['parameters']), t);
    report('AC-MSG-6', object['seq'] === seq + 1, t);
    seq = item.message.seq;
    // A message of the bot may have been in flight when this one was written.
    const known = object['serverseq'];
    report('AC-MSG-8', typeof known === 'number' && known <= serverseq, t);
    const now = typeof object['position'] === 'string' ? durationToNs(object['position']) : undefined;
    report('AC-MSG-9', now !== undefined && now >= position, t);
    position = now ?? position;
    if (typeof object['position'] === 'string') report('AC-DUR-3', /\.\d/.test(object['position']), t);
  }
}

const REASONS = new Set(['end', 'error', 'disconnect', 'reconnect']);
const PARTICIPANT = ['id', 'ani', 'aniName', 'dnis'];

function evaluateParameters(
  { type, parameters }: SentMessage,
  t: number,
  masked: boolean,
  report: Report,
): void {
  switch (type) {
    case 'open': {
      const { participant, media, inputVariables } = parameters;
      const whole =
        typeof parameters['organizationId'] === 'string' &&
        typeof parameters['conversationId'] === 'string' &&
        isRecord(participant) &&
        PARTICIPANT.every((name) => typeof participant[name] === 'string') &&
        Array.isArray(media);
      if (!masked) report('AC-OPEN-9', whole, t);
      if (Array.isArray(media)) {
        const channels = media.map((offer: unknown) =>
          isRecord(offer) ? JSON.stringify(offer['channels']) : '',
        );
        report(
          'AC-MEDIA-3',
          channels.every((list) => list === '["external"]'),
          t,
        );
      }
      const values = isRecord(inputVariables) ? Object.values(inputVariables) : [];
      if (values.length > 0 && !masked)
        report(
          'AC-VAR-1',
          values.every((value) => typeof value === 'string'),
          t,
        );
      break;
    }
    case 'dtmf':
      if (masked) break;
      report('AC-DTMF-1', typeof parameters['digit'] === 'string' && parameters['digit'].length === 1, t);
      report('AC-DTMF-2', typeof parameters['digit'] === 'string' && isDtmfDigit(parameters['digit']), t);
      break;
    case 'error':
      report(
        'AC-ERR-2',
        Number.isInteger(parameters['code']) && typeof parameters['message'] === 'string',
        t,
      );
      break;
    case 'close':
      report('AC-CLOSE-7', typeof parameters['reason'] === 'string' && REASONS.has(parameters['reason']), t);
      break;
  }
}

const CLOSE_WITHIN_MS = 5000;

function evaluateAnswers(items: readonly TimelineItem[], report: Report): void {
  let playing = false;
  let audioReceived = false;
  /** Bot messages that await an answer, oldest first. */
  const pending = { disconnect: [] as number[], pause: [] as number[], resume: [] as number[] };
  for (const item of items) {
    const type = typeOf(item);
    if (type === 'disconnect' || type === 'pause' || type === 'resume') pending[type].push(item.t);
    if (item.kind === 'audio') audioReceived = true;
    if (item.kind === 'sent-audio') report('AC-AUDIO-7', item.phase === 'open', item.t);
    if (item.kind !== 'sent') continue;
    const { message, t } = item;
    switch (message.type) {
      case 'close':
        for (const requestedMs of pending.disconnect.splice(0)) {
          report('AC-DISC-3', message.parameters['reason'] === 'disconnect', t);
          report('AC-TIME-4', t - requestedMs <= CLOSE_WITHIN_MS, t);
        }
        break;
      case 'paused':
        for (const since of pending.pause.splice(0)) report('AC-PAUSE-1', true, since);
        break;
      case 'resumed':
        for (const since of pending.resume.splice(0)) report('AC-PAUSE-2', true, since);
        break;
      case 'playback_started':
        report('AC-PLAY-1', audioReceived, t);
        playing = true;
        break;
      case 'playback_completed':
        report('AC-PLAY-3', playing, t);
        playing = false;
        break;
    }
  }
}

import type { ClauseId } from './clauses/index.js';
import type { ClientMessageType, ServerMessageType } from './messages/index.js';

const ENVELOPE_FIELDS: Readonly<Record<string, ClauseId>> = {
  version: 'AC-MSG-2',
  parameters: 'AC-MSG-3',
  id: 'AC-MSG-4',
  type: 'AC-MSG-5',
  seq: 'AC-MSG-6',
  clientseq: 'AC-MSG-7',
  serverseq: 'AC-MSG-8',
  position: 'AC-MSG-9',
};

/** The clause for an envelope field, given as a JSON pointer. */
export function clauseOfEnvelopeField(path: string): ClauseId {
  return ENVELOPE_FIELDS[path.split('/')[1] ?? ''] ?? 'AC-MSG-1';
}

const PARAMETERS: Readonly<Record<ClientMessageType | ServerMessageType, ClauseId>> = {
  open: 'AC-OPEN-9',
  close: 'AC-CLOSE-7',
  ping: 'AC-DUR-1',
  error: 'AC-ERR-2',
  paused: 'AC-MSG-3',
  resumed: 'AC-PAUSE-4',
  discarded: 'AC-PAUSE-4',
  update: 'AC-UPDATE-1',
  dtmf: 'AC-DTMF-1',
  playback_started: 'AC-MSG-3',
  playback_completed: 'AC-MSG-3',
  opened: 'AC-OPEN-4',
  closed: 'AC-MSG-3',
  disconnect: 'AC-DISC-1',
  event: 'AC-EVENT-1',
  pong: 'AC-MSG-3',
  pause: 'AC-MSG-3',
  resume: 'AC-MSG-3',
  reconnect: 'AC-MSG-3',
  updated: 'AC-MSG-3',
};

/** Parameters with their own clause, by JSON pointer. The first match applies. */
const OWN_RULES: readonly (readonly [type: string, path: RegExp, clause: ClauseId])[] = [
  ['open', /^\/parameters\/inputVariables/, 'AC-VAR-1'],
  ['opened', /^\/parameters\/media\/\d+\/(?:type|format|rate)$/, 'AC-MEDIA-2'],
  ['opened', /^\/parameters\/media\/\d+\/channels/, 'AC-OPEN-4'],
  ['opened', /^\/parameters\/media\/\d+/, 'AC-MEDIA-1'],
  ['opened', /^\/parameters\/startPaused/, 'AC-OPEN-5'],
  ['opened', /^\/parameters\/discardTo/, 'AC-DUR-1'],
  ['opened', /^\/parameters\/supportedLanguages/, 'AC-OPEN-11'],
  ['disconnect', /^\/parameters\/outputVariables/, 'AC-OUT-1'],
  ['error', /^\/parameters\/retryAfter/, 'AC-DUR-1'],
];

/** The clause for a parameter of a message, given as a JSON pointer. */
export function clauseOfParameters(type: ClientMessageType | ServerMessageType, path: string): ClauseId {
  const own = OWN_RULES.find(([of, where]) => of === type && where.test(path));
  return own?.[2] ?? PARAMETERS[type];
}

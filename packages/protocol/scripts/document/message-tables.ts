import { CLIENT_LEGALITY, SERVER_LEGALITY, type Verdict } from '../../src/legality.js';
import { CLIENT_TIMERS, SERVER_TIMERS } from '../../src/timers.js';
import { isObject, type JsonSchema, jsonSchema } from '../json-schema.js';
import type { DocumentedMessage } from '../messages.js';
import { table } from './table.js';

const s = (ms: number) => `${ms / 1000} s`;

/** The answer to a message, and its time limit. */
const REPLIES: Readonly<Record<string, string>> = {
  opened: '`paused` if `startPaused` is true, `discarded` if there is a `discardTo`',
  event: '`playback_completed`, if a barge-in stopped a playback',
  closed: 'the client closes the socket',
  open: `\`opened\` within ${s(CLIENT_TIMERS.openedMs)}, or \`disconnect\``,
  close: `\`closed\` within ${s(CLIENT_TIMERS.closedMs)}`,
  ping: `\`pong\` with its \`seq\` as \`clientseq\`, before the next one is due (${s(CLIENT_TIMERS.pingIntervalMs)})`,
  update: '`updated`; the client does not wait for it',
  pause: '`paused`',
  resume: '`resumed`, or `paused` if the client has paused the audio itself',
  disconnect: `\`close\` with reason \`disconnect\`, within ${s(SERVER_TIMERS.closeMs)}`,
};

/** The messages of one side: meaning, parameters, answer, and the states that accept them. */
export function messageTable(messages: readonly DocumentedMessage[], sender: 'client' | 'server'): string {
  const rows = messages
    .filter((message) => message.sender === sender)
    .map((message) => [
      `\`${message.type}\``,
      message.about,
      parameters(jsonSchema(message.schema)),
      REPLIES[message.type] ?? 'none',
      takenIn(message.type, sender),
    ]);
  return table(['type', 'says', 'parameters (★ required)', 'answer', 'taken in'], rows);
}

function parameters(message: JsonSchema): string {
  const schema = isObject(message['properties']) ? message['properties']['parameters'] : undefined;
  const fields =
    isObject(schema) && isObject(schema['properties']) ? Object.entries(schema['properties']) : [];
  if (fields.length === 0) return '`{}`';
  const required = isObject(schema) && Array.isArray(schema['required']) ? schema['required'] : [];
  return fields
    .map(([name, field]) => {
      const star = required.includes(name) ? '★' : '';
      return `${star}\`${name}\` ${isObject(field) ? shape(field) : ''}`.trim();
    })
    .join('; ');
}

/** A short description of a field's type. */
function shape(field: JsonSchema): string {
  if (Array.isArray(field['enum'])) return field['enum'].map((value) => `\`${value}\``).join(' / ');
  if (typeof field['pattern'] === 'string' && typeof field['description'] === 'string') {
    return field['description'].includes('UUID') ? 'UUID' : 'duration';
  }
  if (String(field['description']).includes('language tag')) return 'language tag';
  if (field['type'] === 'array')
    return isObject(field['items']) ? `array of ${shape(field['items'])}` : 'array';
  if (isObject(field['properties'])) return `{ ${Object.keys(field['properties']).join(', ')} }`;
  if (field['type'] === 'object') return isObject(field['additionalProperties']) ? 'map of strings' : 'map';
  return typeof field['type'] === 'string' ? field['type'] : 'any JSON';
}

function takenIn(type: string, sender: 'client' | 'server'): string {
  const table: Readonly<Record<string, Readonly<Record<string, Verdict>>>> =
    sender === 'client' ? SERVER_LEGALITY : CLIENT_LEGALITY;
  return Object.entries(table[type] ?? {})
    .filter(([, verdict]) => verdict.action === 'accept')
    .map(([state]) => state)
    .join(', ');
}

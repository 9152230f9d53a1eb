import {
  type ClientParameters,
  type DecodeFault,
  decodeClientMessage,
  durationFromNs,
  encodeClientMessage,
  MAX_TEXT_CHARS,
  type MediaParameter,
} from '@hookline/protocol';
import { type ArgumentError, argumentErrorSaying } from '../argument-error.js';
import { type WireStyle, writeLanguage, writeNumber } from '../session/wire-style.js';
import type { IntegrationSettings } from './integration.js';
import type { ConversationOptions } from './options.js';

/** The inputs of `open`. */
export interface OpenSource {
  readonly settings: IntegrationSettings;
  readonly conversation: ConversationOptions & { readonly id: string };
  readonly style: WireStyle;
  readonly offers: readonly MediaParameter[];
  readonly inputVariables: Record<string, string> | undefined;
  readonly supportedLanguages: boolean;
}

/** The parameters of `open`. (AC-OPEN-9) */
export function openParameters(source: OpenSource): ClientParameters<'open'> {
  const { settings, conversation, style } = source;
  const { language } = conversation;
  const inputVariables = source.inputVariables ?? (style.noInputs === 'absent' ? undefined : {});
  return {
    organizationId: settings.organizationId,
    conversationId: conversation.id,
    participant: {
      id: conversation.participantId ?? crypto.randomUUID(),
      ani: writeNumber(conversation.ani ?? '', style),
      aniName: conversation.aniName ?? '',
      dnis: writeNumber(conversation.dnis ?? '', style),
    },
    media: [...source.offers],
    ...(language === undefined ? {} : { language: writeLanguage(language, style) }),
    ...(source.supportedLanguages ? { supportedLanguages: true } : {}),
    ...(settings.customConfig === undefined ? {} : { customConfig: settings.customConfig }),
    ...(inputVariables === undefined ? {} : { inputVariables }),
  };
}

/** The error for an `open` that does not match the schema of the protocol, naming the field; undefined if it matches. (DECISIONS.md #21) */
export function openFault(sessionId: string, open: ClientParameters<'open'>): ArgumentError | undefined {
  const envelope = { id: sessionId, seq: 1, serverseq: 0, position: durationFromNs(0) };
  const text = encodeClientMessage('open', envelope, open);
  const decoded = decodeClientMessage(text);
  if (decoded.kind !== 'fault') return undefined;
  const { fault } = decoded;
  if (fault.code !== 'too-long') return argumentErrorSaying(fieldOf(fault), fault.reason);
  return argumentErrorSaying(
    largestField(open),
    `it makes open ${text.length} characters long; at most ${MAX_TEXT_CHARS} are allowed, so pass a shorter value or a reference to it`,
  );
}

/** The option that a field of `open` comes from. */
function fieldOf({ path }: DecodeFault): string {
  const [first = '', ...rest] = path.replace(/^\/parameters\/?/, '').split('/');
  const place: Readonly<Record<string, string>> = {
    participant: 'conversation',
    language: 'conversation',
    conversationId: 'conversation',
    inputVariables: 'inputs',
  };
  if (path === '/id') return 'sessionId';
  if (first === 'conversationId') return 'conversation.id';
  if (first === 'participant' && rest[0] === 'id') return 'conversation.participantId';
  const names = first === 'language' ? [first] : rest;
  return [place[first] ?? first, ...names].join('.');
}

function largestField(open: ClientParameters<'open'>): string {
  const { inputVariables = {}, customConfig, participant, conversationId, language = '' } = open;
  const { id: participantId, ...numbers } = participant;
  const sizes: [field: string, size: number][] = [
    ['customConfig', customConfig === undefined ? 0 : JSON.stringify(customConfig).length],
    ...Object.entries({ id: conversationId, participantId, ...numbers, language }).map(
      ([name, value]): [string, number] => [`conversation.${name}`, value.length],
    ),
    ...Object.entries(inputVariables).map(([name, value]): [string, number] => [
      `inputs.${name.slice(0, 80)}`,
      name.length + value.length,
    ]),
  ];
  return sizes.reduce((largest, one) => (one[1] > largest[1] ? one : largest))[0];
}

import { checkArgument } from '@hookline/runtime';
import { type Static, Type } from '@sinclair/typebox';
import { clientMessage, serverMessage } from '../envelope.js';
import { Language, NULL_UUID, titled, Uuid, Variables } from '../primitives.js';
import { Duration } from './duration.js';
import { MediaOffer, MediaParameter } from './media.js';

/** The caller. Any string may be empty; `ani` and `dnis` are phone numbers, `tel:` or `sip:` URIs, or other text. */
export const Participant = Type.Object(
  {
    id: titled(Uuid, 'The caller in Genesys Cloud; the null UUID in a probe.'),
    ani: Type.String({ description: "The caller's number or address." }),
    aniName: Type.String({ description: "The caller's name." }),
    dnis: Type.String({ description: 'The number that was called.' }),
  },
  { description: 'The caller. Any of the strings may be empty.' },
);

/** The first message: the caller, the offered media and the input variables of the action. */
export const Open = clientMessage(
  'open',
  Type.Object({
    organizationId: titled(Uuid, 'The organization: the header Audiohook-Organization-Id.'),
    conversationId: titled(Uuid, 'The conversation in Genesys Cloud; the null UUID in a probe.'),
    participant: Participant,
    media: Type.Array(MediaOffer, { description: 'Offered media, preferred first.' }),
    language: Type.Optional(titled(Language, 'The language of the flow.')),
    supportedLanguages: Type.Optional(
      Type.Boolean({ description: 'Whether the server should list its languages in `opened`.' }),
    ),
    continuedSessions: Type.Optional(
      Type.Array(
        Type.Object({
          id: Uuid,
          serverseq: Type.Integer({ minimum: 0 }),
          clientseq: Type.Integer({ minimum: 0 }),
        }),
        { description: 'Reserved.' },
      ),
    ),
    customConfig: Type.Optional(
      Type.Unknown({
        description: "The integration's configuration: a JSON object, or a string that holds one.",
      }),
    ),
    inputVariables: Type.Optional(Variables),
  }),
);

/** Completes the open transaction: the media format that the bot selected. */
export const Opened = serverMessage(
  'opened',
  Type.Object({
    media: Type.Array(MediaParameter, {
      description: 'Exactly one of the offers, unchanged; or empty if the bot wants no audio.',
    }),
    startPaused: Type.Optional(Type.Boolean({ description: 'Whether the client starts paused.' })),
    discardTo: Type.Optional(titled(Duration, 'The client skips audio before this position.')),
    supportedLanguages: Type.Optional(
      Type.Array(Language, { description: 'The languages of the server, if `open` asked for them.' }),
    ),
  }),
);

/** Whether the parameters of an `open` are those of a connection probe: both ids are the null UUID (AC-PROBE-1). */
export function isProbe(parameters: Static<typeof Open>['parameters']): boolean {
  checkArgument('PROTOCOL_BAD_ARGUMENT', 'isProbe: parameters', parameters, { participant: 'object' });
  const { conversationId, participant } = parameters;
  return conversationId === NULL_UUID && participant.id === NULL_UUID;
}

/** The language changed during the call. */
export const Update = clientMessage(
  'update',
  Type.Object({ language: Type.Optional(titled(Language, 'The new language.')) }),
);

/** Acknowledges an update. A client does not wait for it. */
export const Updated = serverMessage('updated', Type.Object({}));

import { checkArgument } from '@hookline/runtime';
import { type Static, Type } from '@sinclair/typebox';
import { serverMessage } from '../envelope.js';
import { type Mismatch, validator } from '../validator.js';

/** The result of a bot turn: the caller said nothing, was not understood, or was understood. */
export const Disposition = Type.Union(
  [Type.Literal('no_input'), Type.Literal('no_match'), Type.Literal('match')],
  { description: 'The result of the turn: the caller said nothing, was not understood, or was understood.' },
);
export type Disposition = Static<typeof Disposition>;

/** All of them. */
export const DISPOSITIONS: readonly Disposition[] = Disposition.anyOf.map((one) => one.const);

/** The caller interrupts the bot: the client discards all bot audio that it has not played. */
export const BargeIn = Type.Object({ type: Type.Literal('barge_in'), data: Type.Object({}) });
export type BargeIn = Static<typeof BargeIn>;

/** The result of a bot turn, for reporting in Genesys Cloud. */
export const BotTurnResponse = Type.Object({
  type: Type.Literal('bot_turn_response'),
  data: Type.Object({
    disposition: Disposition,
    text: Type.Optional(Type.String({ description: 'What the bot says in this turn.' })),
    confidence: Type.Optional(Type.Number({ description: 'From 0 to 1.' })),
  }),
});
export type BotTurnResponse = Static<typeof BotTurnResponse>;

/** An event entity of any type. A client ignores unknown types. */
export const EventEntity = Type.Object({
  type: Type.String({ description: 'barge_in, bot_turn_response, or any other.' }),
  data: Type.Unknown({ description: 'Depends on the type.' }),
});
export type EventEntity = Static<typeof EventEntity>;

/** Reports barge-in and bot turns to the client. */
export const Event = serverMessage(
  'event',
  Type.Object({ entities: Type.Array(EventEntity, { description: 'The events in order.' }) }),
);

/** A decoded event entity. `invalid` is a known type with invalid data, `other` an unknown type. */
export type ReadEntity =
  | { readonly kind: 'barge_in' }
  | { readonly kind: 'bot_turn_response'; readonly data: BotTurnResponse['data'] }
  | { readonly kind: 'invalid'; readonly type: string; readonly mismatch: Mismatch }
  | { readonly kind: 'other'; readonly type: string };

const bargeIn = validator(BargeIn);
const botTurnResponse = validator(BotTurnResponse);

/**
 * Decodes one entity of an `event` message, whatever it contains.
 *
 * @throws HooklineError `PROTOCOL_BAD_ARGUMENT` for anything but an object
 */
export function readEntity(entity: EventEntity): ReadEntity {
  checkArgument('PROTOCOL_BAD_ARGUMENT', 'readEntity: entity', entity, 'object');
  switch (entity.type) {
    case 'barge_in':
      return bargeIn.check(entity)
        ? { kind: 'barge_in' }
        : { kind: 'invalid', type: entity.type, mismatch: bargeIn.explain(entity) };
    case 'bot_turn_response':
      return botTurnResponse.check(entity)
        ? { kind: 'bot_turn_response', data: entity.data }
        : { kind: 'invalid', type: entity.type, mismatch: botTurnResponse.explain(entity) };
    default:
      return { kind: 'other', type: entity.type };
  }
}

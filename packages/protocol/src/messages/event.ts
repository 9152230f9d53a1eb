import { type Static, Type } from '@sinclair/typebox';
import { serverMessage } from '../envelope.js';
import { type Mismatch, validator } from '../validator.js';

/** How a bot turn came out. */
export const Disposition = Type.Union(
  [Type.Literal('no_input'), Type.Literal('no_match'), Type.Literal('match')],
  { description: 'How the turn came out: nothing was said; it was not understood; it was.' },
);
export type Disposition = Static<typeof Disposition>;

/** The caller talks over the bot: the client drops all bot audio that it has not played. */
export const BargeIn = Type.Object({ type: Type.Literal('barge_in'), data: Type.Object({}) });
export type BargeIn = Static<typeof BargeIn>;

/** What the bot made of a turn, for reporting in Genesys. */
export const BotTurnResponse = Type.Object({
  type: Type.Literal('bot_turn_response'),
  data: Type.Object({
    disposition: Disposition,
    text: Type.Optional(Type.String({ description: 'What the bot says in this turn.' })),
    confidence: Type.Optional(Type.Number({ description: 'From 0 to 1.' })),
  }),
});
export type BotTurnResponse = Static<typeof BotTurnResponse>;

/** An entity of any type: a client ignores the ones it does not know. */
export const EventEntity = Type.Object({
  type: Type.String({ description: 'barge_in, bot_turn_response, or any other.' }),
  data: Type.Unknown({ description: 'Depends on the type.' }),
});
export type EventEntity = Static<typeof EventEntity>;

/** Carries barge-in and turns to the client. */
export const Event = serverMessage(
  'event',
  Type.Object({ entities: Type.Array(EventEntity, { description: 'What happened, in order.' }) }),
);

/** What an event entity turned out to be. `invalid` is a known type whose data does not fit. */
export type ReadEntity =
  | { readonly kind: 'barge_in' }
  | { readonly kind: 'bot_turn_response'; readonly data: BotTurnResponse['data'] }
  | { readonly kind: 'invalid'; readonly type: string; readonly mismatch: Mismatch }
  | { readonly kind: 'other'; readonly type: string };

const bargeIn = validator(BargeIn);
const botTurnResponse = validator(BotTurnResponse);

/** Reads one entity of an `event`. */
export function readEntity(entity: EventEntity): ReadEntity {
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

import { type Static, Type } from '@sinclair/typebox';
import { serverMessage } from '../envelope.js';

/** How a bot turn came out. */
export const Disposition = Type.Union([
  Type.Literal('no_input'),
  Type.Literal('no_match'),
  Type.Literal('match'),
]);
export type Disposition = Static<typeof Disposition>;

/** The caller talks over the bot: the client drops all bot audio that it has not played. */
export const BargeIn = Type.Object({ type: Type.Literal('barge_in'), data: Type.Object({}) });
export type BargeIn = Static<typeof BargeIn>;

/** What the bot made of a turn, for reporting in Genesys. */
export const BotTurnResponse = Type.Object({
  type: Type.Literal('bot_turn_response'),
  data: Type.Object({
    disposition: Disposition,
    text: Type.Optional(Type.String()),
    confidence: Type.Optional(Type.Number({ description: 'From 0 to 1.' })),
  }),
});
export type BotTurnResponse = Static<typeof BotTurnResponse>;

/** An entity of any type: a client ignores the ones it does not know. */
export const EventEntity = Type.Object({ type: Type.String(), data: Type.Unknown() });
export type EventEntity = Static<typeof EventEntity>;

/** Carries barge-in and turns to the client. */
export const Event = serverMessage('event', Type.Object({ entities: Type.Array(EventEntity) }));

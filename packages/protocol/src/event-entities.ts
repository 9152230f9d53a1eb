import { BargeIn, BotTurnResponse, type EventEntity } from './messages/event.js';
import { type Mismatch, validator } from './validator.js';

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

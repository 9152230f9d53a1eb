import {
  type BotTurnResponse,
  describe,
  type EventEntity,
  readEntity,
  type ServerMessageOf,
} from '@hookline/protocol';
import type { Effect } from '../effects.js';

/** The entities of an `event`, in order. Unknown types are ignored. (AC-EVENT-2) */
export function onEvent(message: ServerMessageOf<'event'>): readonly Effect[] {
  return message.parameters.entities.flatMap((entity) => effectOf(entity) ?? []);
}

/** Only the fields of the protocol, because additional fields may have any size and depth. */
function turnOf({ disposition, text, confidence }: BotTurnResponse['data']): BotTurnResponse['data'] {
  return {
    disposition,
    ...(text === undefined ? {} : { text }),
    ...(confidence === undefined ? {} : { confidence }),
  };
}

function effectOf(entity: EventEntity): Effect | undefined {
  const read = readEntity(entity);
  switch (read.kind) {
    case 'barge_in':
      return { do: 'flushPlayback' };
    case 'bot_turn_response':
      return { do: 'reportTurn', data: turnOf(read.data) };
    case 'invalid': {
      const { path, got, expected } = read.mismatch;
      return {
        do: 'warn',
        clause: read.type === 'barge_in' ? 'AC-BARGE-1' : 'AC-EVENT-3',
        text: `the entity ${read.type} has ${got} at ${path}; expected ${expected}, so it was ignored`,
      };
    }
    case 'other':
      if (!/^barge[^a-z]?in$/i.test(read.type)) return undefined;
      return {
        do: 'warn',
        clause: 'AC-BARGE-1',
        text: `the entity type ${describe(read.type)} is unknown and was ignored; barge-in is written barge_in`,
      };
  }
}

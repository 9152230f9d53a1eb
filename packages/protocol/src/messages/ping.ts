import { Type } from '@sinclair/typebox';
import { Duration } from '../duration.js';
import { clientMessage, serverMessage } from '../envelope.js';
import { titled } from '../primitives.js';

/** Asks for a sign of life; `rtt` is the last measured round trip, absent the first time. */
export const Ping = clientMessage(
  'ping',
  Type.Object({ rtt: Type.Optional(titled(Duration, 'The last measured round trip.')) }),
);

/** Answers a ping at once: its `clientseq` is the ping's `seq`. */
export const Pong = serverMessage('pong', Type.Object({}));

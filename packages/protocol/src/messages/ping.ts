import { Type } from '@sinclair/typebox';
import { clientMessage, serverMessage } from '../envelope.js';
import { titled } from '../primitives.js';
import { Duration } from './duration.js';

/** Checks that the server responds. `rtt` is the last measured round-trip time; the first ping has none. */
export const Ping = clientMessage(
  'ping',
  Type.Object({ rtt: Type.Optional(titled(Duration, 'The last measured round-trip time.')) }),
);

/** Answers a ping immediately; its `clientseq` is the `seq` of the ping. */
export const Pong = serverMessage('pong', Type.Object({}));

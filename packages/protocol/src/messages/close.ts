import { type Static, Type } from '@sinclair/typebox';
import { clientMessage, serverMessage } from '../envelope.js';

/** Why the client closes: the call or flow ended, after its own `error`, in answer to `disconnect`, or reserved. */
export const CloseReason = Type.Union(
  [Type.Literal('end'), Type.Literal('error'), Type.Literal('disconnect'), Type.Literal('reconnect')],
  {
    description:
      'Why the client closes: the call or flow ended; it sent error; it answers disconnect; reserved.',
  },
);
export type CloseReason = Static<typeof CloseReason>;

/** Starts the close transaction. No audio follows it. */
export const Close = clientMessage('close', Type.Object({ reason: CloseReason }));

/** Completes the close transaction; the server's last message. */
export const Closed = serverMessage('closed', Type.Object({}));

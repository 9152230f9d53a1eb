import { type Static, Type } from '@sinclair/typebox';
import { clientMessage, serverMessage } from '../envelope.js';

/** Why the server asks the client to close: the bot finished, failed, or the credentials were refused. */
export const DisconnectReason = Type.Union(
  [Type.Literal('completed'), Type.Literal('error'), Type.Literal('unauthorized')],
  { description: 'Why the server asks: the bot finished; it failed; the credentials were refused.' },
);
export type DisconnectReason = Static<typeof DisconnectReason>;

/** Asks the client to close. With `completed` the output variables reach the flow. */
export const Disconnect = serverMessage(
  'disconnect',
  Type.Object({
    reason: DisconnectReason,
    info: Type.Optional(Type.String({ description: 'Why, for people.' })),
    // Not narrowed to strings: a client reports a value that is none instead of refusing the message.
    outputVariables: Type.Optional(
      Type.Record(Type.String(), Type.Unknown(), {
        description: 'Output variables by name. The values are strings.',
      }),
    ),
  }),
);

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

/** Reserved: a client records it and does nothing. */
export const Reconnect = serverMessage(
  'reconnect',
  Type.Object({ info: Type.Optional(Type.String({ description: 'Why, for people.' })) }),
);

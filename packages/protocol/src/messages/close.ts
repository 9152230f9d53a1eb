import { type Static, Type } from '@sinclair/typebox';
import { clientMessage, serverMessage } from '../envelope.js';

/** Why the server asks the client to close: the bot finished, it failed, or the credentials were refused. */
export const DisconnectReason = Type.Union(
  [Type.Literal('completed'), Type.Literal('error'), Type.Literal('unauthorized')],
  { description: 'Why the server asks: the bot finished, it failed, or the credentials were refused.' },
);
export type DisconnectReason = Static<typeof DisconnectReason>;

/** Asks the client to close. With `completed` the output variables reach the flow. */
export const Disconnect = serverMessage(
  'disconnect',
  Type.Object({
    reason: DisconnectReason,
    info: Type.Optional(Type.String({ description: 'A reason for humans.' })),
    // Not restricted to strings: a client reports a value of another type instead of refusing the message.
    outputVariables: Type.Optional(
      Type.Record(Type.String(), Type.Unknown(), {
        description: 'Output variables by name. The values are strings.',
      }),
    ),
  }),
);

/** Why the client closes: the call or flow ended, it sent an `error`, it answers `disconnect`, or reserved. */
export const CloseReason = Type.Union(
  [Type.Literal('end'), Type.Literal('error'), Type.Literal('disconnect'), Type.Literal('reconnect')],
  {
    description:
      'Why the client closes: the call or flow ended; it sent an error; it answers disconnect; reserved.',
  },
);
export type CloseReason = Static<typeof CloseReason>;

/** Starts the close transaction. The client sends no audio after it. */
export const Close = clientMessage('close', Type.Object({ reason: CloseReason }));

/** Completes the close transaction. It is the server's last message. */
export const Closed = serverMessage('closed', Type.Object({}));

/** Reserved. A client records it and does nothing else. */
export const Reconnect = serverMessage(
  'reconnect',
  Type.Object({ info: Type.Optional(Type.String({ description: 'A reason for humans.' })) }),
);

import { type Static, Type } from '@sinclair/typebox';
import { serverMessage } from '../envelope.js';

/** Why the server asks the client to close: the bot finished, failed, or the credentials were refused. */
export const DisconnectReason = Type.Union(
  [Type.Literal('completed'), Type.Literal('error'), Type.Literal('unauthorized')],
  { description: 'Why the server asks: the bot finished; it failed; the credentials were refused.' },
);
export type DisconnectReason = Static<typeof DisconnectReason>;

/**
 * Asks the client to close. With `completed` the output variables reach the flow.
 * Values are not narrowed to strings here: a client reports one that is none instead of dropping the message.
 */
export const Disconnect = serverMessage(
  'disconnect',
  Type.Object({
    reason: DisconnectReason,
    info: Type.Optional(Type.String({ description: 'Why, for people.' })),
    outputVariables: Type.Optional(
      Type.Record(Type.String(), Type.Unknown(), {
        description: 'Output variables by name. The values are strings.',
      }),
    ),
  }),
);

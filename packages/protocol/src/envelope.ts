import { type TObject, Type } from '@sinclair/typebox';
import { Duration } from './messages/duration.js';
import { titled, Uuid } from './primitives.js';

/** The protocol version in every message. */
export const PROTOCOL_VERSION = '2';

const Counter = (description: string) => Type.Integer({ minimum: 0, description });

const fields = {
  version: Type.Literal(PROTOCOL_VERSION, { description: 'The protocol version: always "2".' }),
  id: titled(Uuid, 'The session: the header Audiohook-Session-Id.'),
  type: Type.String({ description: 'The message type.' }),
  seq: Counter("The sender's message counter: 1 for its first message, then increased by 1."),
};

/** The envelope of every client message. */
export const ClientEnvelope = Type.Object({
  ...fields,
  serverseq: Counter('The seq of the last server message received; 0 before any.'),
  position: titled(Duration, 'The stream position of the client at sending.'),
  parameters: Type.Object({}, { description: 'An object, empty if the message has no parameters.' }),
});

/** The envelope of every server message. */
export const ServerEnvelope = Type.Object({
  ...fields,
  clientseq: Counter('The seq of the last client message received; 0 before any.'),
  parameters: Type.Object({}, { description: 'An object, empty if the message has no parameters.' }),
});

/** The schema of a whole client message. */
export function clientMessage<const T extends string, P extends TObject>(type: T, parameters: P) {
  return Type.Object({ ...ClientEnvelope.properties, type: Type.Literal(type), parameters });
}

/** The schema of a whole server message. */
export function serverMessage<const T extends string, P extends TObject>(type: T, parameters: P) {
  return Type.Object({ ...ServerEnvelope.properties, type: Type.Literal(type), parameters });
}

import { Type } from '@sinclair/typebox';
import { serverMessage } from '../envelope.js';

/** Reserved: a client records it and does nothing. */
export const Reconnect = serverMessage(
  'reconnect',
  Type.Object({ info: Type.Optional(Type.String({ description: 'Why, for people.' })) }),
);

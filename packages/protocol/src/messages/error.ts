import { type Static, Type } from '@sinclair/typebox';
import { clientMessage } from '../envelope.js';
import { titled } from '../primitives.js';
import { Duration } from './duration.js';

/** The codes of the client's `error` message, with their meaning. */
export const ERROR_CODES = {
  400: 'malformed JSON, envelope or parameters, or a selection that was not offered',
  405: 'message type not supported',
  408: 'timeout: open, pong or close',
  409: 'message does not fit the state of the session',
  413: 'message too large',
  415: 'audio that was not expected',
  429: 'rate limit exceeded',
  500: 'internal error of the client, or a break in the sequence',
  503: 'client unavailable',
} as const;
export type ErrorCode = keyof typeof ERROR_CODES;

/** Reports a fault of the server. A server never sends `error`. */
export const ErrorMessage = clientMessage(
  'error',
  Type.Object({
    code: Type.Integer({ description: `One of ${Object.keys(ERROR_CODES).join(', ')}.` }),
    message: Type.String({ description: 'A description of the fault for humans.' }),
    retryAfter: Type.Optional(titled(Duration, 'How long the server must send nothing; with code 429.')),
  }),
);
export type ErrorMessage = Static<typeof ErrorMessage>;

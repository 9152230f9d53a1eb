import { type Static, Type } from '@sinclair/typebox';
import { Duration } from '../duration.js';
import { clientMessage } from '../envelope.js';
import { titled } from '../primitives.js';

/** The codes that a client sends, and what each says. */
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

/** Tells the server what it did wrong. There is no such message from the server. */
export const ErrorMessage = clientMessage(
  'error',
  Type.Object({
    code: Type.Integer({ description: `One of ${Object.keys(ERROR_CODES).join(', ')}.` }),
    message: Type.String({ description: 'What was wrong, for people.' }),
    retryAfter: Type.Optional(titled(Duration, 'How long to stay quiet; with code 429.')),
  }),
);
export type ErrorMessage = Static<typeof ErrorMessage>;

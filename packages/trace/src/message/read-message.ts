import {
  type ClientMessage,
  type DecodeFault,
  decodeClientMessage,
  decodeServerMessage,
  type ServerMessage,
} from '@hookline/protocol';
import { checkArgument } from '@hookline/runtime';
import type { Lane } from '../vantage.js';

/** A decoded text frame, and its sender. */
export type SentMessage =
  | { readonly lane: 'caller'; readonly message: ClientMessage }
  | { readonly lane: 'bot'; readonly message: ServerMessage }
  | { readonly lane: Lane; readonly unknown: { readonly type: string; readonly seq: number } }
  | { readonly lane: Lane; readonly fault: DecodeFault };

/**
 * Decodes a text frame of a trace like its receiver, whatever it contains.
 *
 * @throws HooklineError `TRACE_BAD_OPTION` for anything but a string
 */
export function readMessage(lane: Lane, text: string): SentMessage {
  checkArgument('TRACE_BAD_OPTION', 'readMessage: text', text, 'text');
  if (lane === 'caller') {
    const decoded = decodeClientMessage(text);
    if (decoded.kind === 'message') return { lane, message: decoded.message };
    return decoded.kind === 'unknown' ? { lane, unknown: decoded.envelope } : { lane, fault: decoded.fault };
  }
  const decoded = decodeServerMessage(text);
  if (decoded.kind === 'message') return { lane, message: decoded.message };
  return decoded.kind === 'unknown' ? { lane, unknown: decoded.envelope } : { lane, fault: decoded.fault };
}

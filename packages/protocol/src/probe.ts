import type { ClientParameters } from './messages/index.js';
import { NULL_UUID } from './uuid.js';

/** Whether an `open` is a connection probe: conversation and participant are both the null UUID. (AC-PROBE-1) */
export function isProbe(open: ClientParameters<'open'>): boolean {
  return open.conversationId === NULL_UUID && open.participant.id === NULL_UUID;
}

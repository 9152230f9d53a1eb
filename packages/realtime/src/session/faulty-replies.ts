import type { LiveSession } from './live-session.js';
import type { Reply } from './speaker.js';

/** A reply has more audio than is queued: the rest is not needed. */
export function endLongReply(session: LiveSession, { id }: Reply, maxQueuedMs: number): void {
  session.link?.cancel?.(id);
  session.dispatch({ type: 'replyOver', how: 'cancelled' });
  session.reportProblem('REPLY_TOO_LONG', `a reply has more than ${maxQueuedMs} ms of audio and was cut off`);
}

/** The audio of a reply has stopped arriving, and its end has not arrived: the rest is requested. */
export function endStalledReply(session: LiveSession, { id }: Reply, serviceName: string): void {
  session.speaker.finish(id);
  session.link?.cancel?.(id);
  session.link?.interrupted?.();
  session.reportProblem('REPLY_STALLED', `${serviceName} sent neither the rest of a reply nor its end`);
  // It is requested again as one that failed: otherwise a service that stalls each time would be asked without end.
  session.dispatch({ type: 'replyOver', how: 'failed' });
}

/** A reply whose end the service does not report is over. */
export function endUnreportedReply(session: LiveSession, { id }: Reply): void {
  session.speaker.finish(id);
  session.dispatch({ type: 'replyOver', how: 'done' });
}

/** The call is over its limit, and the service is still generating a reply: what arrived of it is played. */
export function endEndlessReply(session: LiveSession): void {
  if (!session.speaker.generating) return;
  cancelOutdatedReply(session);
  session.dispatch({ type: 'replyOver', how: 'cancelled' });
}

/** Cancels the reply that is being generated, because it does not cover what the caller has said since. */
export function cancelOutdatedReply(session: LiveSession): void {
  const { generating: making } = session.speaker;
  if (!making) return;
  session.speaker.finish(making.id);
  session.link?.cancel?.(making.id);
  session.link?.interrupted?.();
}

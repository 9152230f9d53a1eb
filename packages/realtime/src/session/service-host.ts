import type { Clock } from '@hookline/runtime';
import { RealtimeError } from '../error.js';
import { isRealtimeCode } from '../failure.js';
import { REPLY_IN_PROGRESS, type ServiceHost, type ServiceProblem } from '../service/service.js';
import type { LiveSession } from './live-session.js';

/** The `ServiceHost` of one connection. Events after the end of the connection are ignored. */
export function serviceHost(
  session: LiveSession,
  clock: Clock,
  alive: () => boolean,
): Omit<ServiceHost, 'closed'> {
  const startReply = (id: string) => {
    if (!session.speaker.isNew(id)) return;
    // There is one at a time: without its end, the one before would play, and delay this one, for ever.
    const { generating: before } = session.speaker;
    if (before) session.speaker.finish(before.id);
    session.speaker.begin(id);
    session.dispatch({ type: 'replyStarted' });
  };
  return {
    clock,
    audio(replyId, part, bytes) {
      if (!alive()) return;
      startReply(replyId);
      // That a reply begins, or its first audio, can end the session.
      if (alive()) session.speaker.write(replyId, part, bytes);
      if (alive()) session.replyWatch.onAudio();
    },
    replyStarted(id) {
      if (alive()) startReply(id);
    },
    replyDone(id, how, error) {
      if (!alive()) return;
      session.tools.onReplyOver();
      const isNewReply = session.speaker.isNew(id);
      const reply = session.speaker.finish(id);
      if (error) onProblem(session, error);
      // The problem has ended the connection.
      if (!alive()) return;
      if (!reply && !isNewReply) {
        session.dispatch({ type: 'interruptedReplyOver' });
        return;
      }
      const empty = how === 'done' && !reply?.audio && !reply?.hadTool;
      session.dispatch({
        type: 'replyOver',
        how: empty ? 'empty' : how,
        retryAfterMs: error?.retryAfterMs,
      });
    },
    speech(at, audioMs) {
      if (alive()) session.onSpeech('service', at, audioMs);
    },
    interrupted(replyId) {
      if (!alive()) return;
      const { speaker } = session;
      // A late report on a reply that is over must not stop the next one. If there is none, tools can be interrupted.
      const isOver = replyId !== undefined && !speaker.textOf(replyId);
      if (isOver && (speaker.playing || session.replying)) return;
      session.gate.onServiceInterrupted();
      // If the caller may not interrupt, the audio received so far keeps playing.
      const { generating: making } = speaker;
      if (!making) return;
      speaker.finish(making.id);
      session.dispatch({ type: 'replyOver', how: 'cancelled' });
    },
    text(who, text, { final, replyId, part = '' }) {
      if (!alive() || typeof text !== 'string') return;
      if (who === 'caller') {
        if (text === '' && !final) {
          session.history.keepPlace(part);
          return;
        }
        session.gate.onTranscript(text, part);
        if (final) session.history.add('caller', text, part);
        // A service may report no speech: then its transcript is what shows that the caller is not silent.
        if (text.trim() !== '') session.onCallerText(final);
      } else {
        const known = session.speaker.textOf(replyId);
        if (!known && replyId !== undefined) {
          if (!session.speaker.isNew(replyId)) return;
          startReply(replyId);
        }
        (known ?? session.speaker.textOf(replyId))?.add(part, text, final);
      }
      session.emitter.emit('text', { who, text, final });
    },
    toolCall(id, name, json) {
      if (!alive()) return;
      const { generating: making } = session.speaker;
      if (making) making.hadTool = true;
      session.tools.request(id, name, json);
    },
    toolCancelled(id) {
      if (alive()) session.tools.cancel(id);
    },
    expires(inMs) {
      if (alive()) session.connection.scheduleRenewal(inMs);
    },
    resumable(handle) {
      if (alive()) session.connection.onResumable(handle);
    },
    usage(usage) {
      if (!alive()) return;
      session.metrics.usage(usage);
      session.emitter.emit('usage', usage);
    },
    problem(problem) {
      if (alive()) onProblem(session, problem);
    },
  };
}

function onProblem(session: LiveSession, { code, message, fatal, retryAfterMs }: ServiceProblem): void {
  if (!fatal) {
    session.reportProblem(code, message);
    if (code === REPLY_IN_PROGRESS) session.prompts.onAskRefused();
  }
  // An expired session can be renewed.
  else if (code === 'SESSION_EXPIRED') session.connection.onLost(1001, 'session expired');
  else
    session.fail(new RealtimeError(isRealtimeCode(code) ? code : 'SERVICE_LOST', message, { retryAfterMs }));
}

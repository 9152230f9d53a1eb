import type { Clock } from '@hookline/runtime';
import { RealtimeError } from '../error.js';
import { isRealtimeCode } from '../failure.js';
import type { ServiceHost, ServiceProblem } from '../service/service.js';
import type { LiveSession } from './live-session.js';

/** The session, as the service on one connection sees it. What comes after the end of that is ignored. */
export function serviceHost(
  session: LiveSession,
  clock: Clock,
  alive: () => boolean,
): Omit<ServiceHost, 'closed'> {
  const begin = (id: string) => {
    if (!session.speaker.isNew(id)) return;
    session.speaker.begin(id);
    session.dispatch({ type: 'replyStarted' });
  };
  return {
    clock,
    audio(replyId, part, bytes) {
      if (!alive()) return;
      begin(replyId);
      session.speaker.write(replyId, part, bytes);
    },
    replyStarted(id) {
      if (alive()) begin(id);
    },
    replyDone(id, how, error) {
      if (!alive()) return;
      const wasNew = session.speaker.isNew(id);
      const reply = session.speaker.finish(id);
      if (error) tellProblem(session, error);
      // One that was interrupted is over already.
      if (!reply && !wasNew) return;
      const empty = how === 'done' && !reply?.audio && !reply?.hadTool;
      session.dispatch({ type: 'replyOver', how: empty ? 'empty' : how });
    },
    speech(at, audioMs) {
      if (alive()) session.speech('service', at, audioMs);
    },
    interrupted(replyId) {
      if (!alive()) return;
      const { speaker } = session;
      if (replyId !== undefined && !speaker.textOf(replyId)) return;
      session.gate.interrupted();
      // Where the caller is not to interrupt, what was received still plays.
      const { making } = speaker;
      if (!making) return;
      speaker.finish(making.id);
      session.dispatch({ type: 'replyOver', how: 'cancelled' });
    },
    text(who, text, { final, replyId, part = '' }) {
      if (!alive() || typeof text !== 'string') return;
      if (who === 'caller') {
        session.gate.words(text);
        if (final) session.history.add('caller', text);
        session.dispatch({ type: 'callerText' });
      } else {
        const known = session.speaker.textOf(replyId);
        if (!known && replyId !== undefined) {
          if (!session.speaker.isNew(replyId)) return;
          begin(replyId);
        }
        (known ?? session.speaker.textOf(replyId))?.add(part, text, final);
      }
      session.emitter.emit('text', { who, text, final });
    },
    toolCall(id, name, json) {
      if (!alive() || session.ending) return;
      const { making } = session.speaker;
      if (making) making.hadTool = true;
      session.tools.request(id, name, json);
    },
    toolCancelled(id) {
      if (alive()) session.tools.cancel(id);
    },
    expires(inMs) {
      if (alive()) session.expires(inMs);
    },
    resumable(handle) {
      if (alive()) session.resumable(handle);
    },
    usage(usage) {
      if (!alive()) return;
      session.tally.usage(usage);
      session.emitter.emit('usage', usage);
    },
    problem(problem) {
      if (alive()) tellProblem(session, problem);
    },
  };
}

function tellProblem(session: LiveSession, { code, message, fatal, retryAfterMs }: ServiceProblem): void {
  if (!fatal) session.problem(code, message);
  // A session that is over can be made again.
  else if (code === 'SESSION_EXPIRED') session.lost(1001, 'session expired');
  else
    session.fail(new RealtimeError(isRealtimeCode(code) ? code : 'SERVICE_LOST', message, { retryAfterMs }));
}

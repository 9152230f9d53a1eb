import type { LiveSession } from './live-session.js';
import type { SessionParts } from './session-parts.js';
import { ToolRuns } from './tool-runs.js';

/**
 * Connects the tools to their session.
 *
 * @throws RealtimeError `REALTIME_BAD_TOOL`
 */
export function sessionTools(
  session: LiveSession,
  { call, service, options, clock }: SessionParts,
): ToolRuns {
  // Some services wait for a request after a tool result, others reply by themselves.
  const mustAskForReply = service.can.endsTurnAfterTool;
  return new ToolRuns(
    options.given.tools ?? {},
    {
      // The reply that ends the call may request more tools after the one that does.
      takesRequests: () => !session.ending || session.speaker.generating !== undefined,
      onTooLate: (name) =>
        session.reportProblem(
          'TOOL_AFTER_END',
          `the model requested a tool (${name}) after the last reply of the call was complete: it was not run`,
        ),
      context: (signal, callId) => ({
        call,
        session: session.handle,
        outputs: session.outputs,
        signal,
        callId,
      }),
      onStarted: (reply) => session.dispatch({ type: 'toolStarted', reply }),
      onEnded(reply, name, outcome, ms) {
        session.metrics.tool(name, outcome, ms);
        session.emitter.emit('tool', { name, outcome, ms });
        session.dispatch({ type: 'toolOver', reply: reply ? (mustAskForReply ? 'ask' : 'comes') : 'none' });
      },
      onDeferred() {
        if (mustAskForReply) session.dispatch({ type: 'want' });
      },
      sendResult(id, result, reply) {
        if (!session.ending) {
          if (!session.link) return false;
          session.replyWatch.onToolResult();
          session.link.toolResult(id, result, reply && !mustAskForReply);
        } else if (!mustAskForReply) {
          // Nothing is to be said about it any more, and without it such a service may not end what it has said so far.
          session.replyWatch.expectNoEnd();
        }
        return true;
      },
      sendText: (text, reply) => session.prompts.tell(text, reply),
    },
    { clock, log: call.log, toolMs: options.limits.toolMs },
  );
}

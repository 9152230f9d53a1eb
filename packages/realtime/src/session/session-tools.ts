import type { LiveSession, SessionParts } from './live-session.js';
import { ToolRuns } from './tool-runs.js';

/**
 * The runs of a session's tools, wired to it.
 *
 * @throws RealtimeError `REALTIME_BAD_TOOL`
 */
export function sessionTools(
  session: LiveSession,
  { call, service, options, clock }: SessionParts,
): ToolRuns {
  // Where replies are asked for, the dialogue asks when it is time; elsewhere the service goes on by itself.
  const asks = service.can.endsTurnAfterTool;
  return new ToolRuns(
    options.given.tools ?? {},
    {
      context: (signal, callId) => ({ call, session, outputs: session.outputs, signal, callId }),
      started: () => session.dispatch({ type: 'toolStarted' }),
      over(reply, name, outcome, ms) {
        session.tally.tool(name, outcome, ms);
        session.emitter.emit('tool', { name, outcome, ms });
        session.dispatch({ type: 'toolOver', reply: reply ? (asks ? 'ask' : 'comes') : 'none' });
      },
      goOn() {
        if (asks) session.dispatch({ type: 'want' });
      },
      result(id, result, reply) {
        if (!session.ending) session.link?.toolResult(id, result, reply && !asks);
      },
      tell: (text) => session.tell(text, { reply: true }),
    },
    { clock, log: call.log, toolMs: options.limits.toolMs },
  );
}

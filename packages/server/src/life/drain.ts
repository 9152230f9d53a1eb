import type { BotCore } from '../bot-core.js';

/** How long live calls may go on, unless told. */
const DEFAULT_DRAIN_MS = 30_000;

/** Of the deadline, what is left for the final disconnects. */
const FAREWELL_MS = 2000;

/**
 * Takes no new calls, lets the live ones end by themselves, disconnects those left shortly before the deadline and
 * drops at the deadline what is left then. (Reliability: one total deadline, the final disconnects included)
 */
export async function drain(core: BotCore, timeoutMs: number = DEFAULT_DRAIN_MS): Promise<void> {
  core.startDraining();
  const farewellMs = Math.min(FAREWELL_MS, timeoutMs / 2);
  const cancelFarewell = core.clock.after(timeoutMs - farewellMs, () => {
    core.calls.each(({ session }) =>
      session.end({ end: 'draining', reason: 'error', info: 'the server is shutting down' }),
    );
  });
  const cancelDeadline = core.clock.after(timeoutMs, () => {
    core.calls.each(({ session }) => session.terminate());
  });
  await core.calls.empty();
  cancelFarewell();
  cancelDeadline();
}

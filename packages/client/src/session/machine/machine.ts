import type { Step } from './effects.js';
import type { SessionEvent } from './events.js';
import type { SessionRules } from './rules.js';
import { closed } from './states/closed.js';
import { closing } from './states/closing.js';
import { connecting } from './states/connecting.js';
import { open } from './states/open.js';
import { opening } from './states/opening.js';
import type { SessionState } from './states.js';
import { refusal } from './verdict.js';

/**
 * Returns the next state and the effects. Pure: the same arguments give the same step. The legality table of the protocol
 * refuses messages that must not arrive in a state before the state handles them.
 */
export function transition(
  state: SessionState,
  event: SessionEvent,
  rules: SessionRules,
): Step<SessionState> {
  const refused = refusal(state, event);
  if (refused) return refused;
  switch (state.name) {
    case 'connecting':
      return connecting(state, event);
    case 'opening':
      return opening(state, event, rules);
    case 'open':
      return open(state, event, rules);
    case 'closing':
      return closing(state, event);
    case 'closed':
      return closed(state, event);
  }
}

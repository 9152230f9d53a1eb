import type { Step } from './effects.js';
import type { SessionEvent } from './events.js';
import type { SessionRules } from './rules.js';
import { closed } from './state/closed.js';
import { closing } from './state/closing.js';
import { connecting } from './state/connecting.js';
import { open } from './state/open.js';
import { opening } from './state/opening.js';
import { refusal } from './state/verdict.js';
import type { SessionState } from './states.js';

/**
 * The state that follows, and what is to be done on the way. Pure: the same arguments give the same step.
 * What must not arrive in a state is refused by protocol's table before the state sees it.
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

import { useSignal, useSignalEffect } from '@preact/signals';
import type { Studio } from '../state/studio.js';
import { stateText } from '../state/words.js';

/**
 * Tells who listens to the page rather than sees it how the call goes: connected, ended and how. What the bot does
 * within a call is left out: it would talk over the bot.
 */
export function Announcer({ studio }: { studio: Studio }) {
  const said = useSignal('');
  useSignalEffect(() => {
    const call = studio.dialled.value;
    if (!call) return;
    const outcome = call.outcome.value;
    if (call.state.value === 'connected') said.value = 'Connected';
    else if (call.state.value !== 'ended') said.value = stateText(call);
    else said.value = `Call ended. ${outcome?.architect ?? ''} ${outcome?.errorMessage ?? ''}`.trim();
  });
  return (
    <p class="visually-hidden" role="status" aria-live="polite" data-testid="announcer">
      {said}
    </p>
  );
}

import { useSignal, useSignalEffect } from '@preact/signals';
import { stateText } from '../state/format.js';
import type { Studio } from '../state/studio.js';

/**
 * Tells who listens to the page rather than sees it how the call goes: connected, ended and how. What the bot does
 * within a call is left out: it would talk over the bot.
 */
export function Announcer({ studio }: { studio: Studio }) {
  const announcement = useSignal('');
  useSignalEffect(() => {
    const call = studio.dialled.value;
    if (!call) return;
    const outcome = call.outcome.value;
    if (call.state.value === 'connected') announcement.value = 'Connected';
    else if (call.state.value !== 'ended') announcement.value = stateText(call);
    else announcement.value = `Call ended. ${outcome?.architect ?? ''} ${outcome?.errorMessage ?? ''}`.trim();
  });
  return (
    <p class="visually-hidden" role="status" aria-live="polite" data-testid="announcer">
      {announcement}
    </p>
  );
}

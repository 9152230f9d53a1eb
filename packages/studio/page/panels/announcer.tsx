import { useSignal, useSignalEffect } from '@preact/signals';
import { stateText } from '../state/format.js';
import type { Studio } from '../state/studio.js';

/**
 * Announces the state of the call to screen readers: connected, ended and how. Activity within the call is not announced,
 * because it would talk over the bot.
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

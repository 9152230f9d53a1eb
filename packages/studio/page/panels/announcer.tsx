import { useSignal, useSignalEffect } from '@preact/signals';
import { showControls } from '../../src/show-controls.js';
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
    else {
      const message = showControls(outcome?.errorMessage ?? '');
      announcement.value = `Call ended. ${outcome?.architect ?? ''} ${message}`.trim();
    }
  });
  return (
    <p class="visually-hidden" role="status" aria-live="polite" data-testid="announcer">
      {announcement}
    </p>
  );
}

import { Icon } from '../panels/icons.js';
import type { CallView } from '../state/call-view.js';
import type { Studio } from '../state/studio.js';

/** Controls during a call: mute, hold and language. */
export function CallControls({ call, studio }: { call: CallView; studio: Studio }) {
  const { audio } = studio;
  const held = call.onHold.value;
  const muted = audio.muted.value;
  return (
    <div class="call-controls">
      {audio.capturing.value && (
        <button
          type="button"
          class="button"
          aria-pressed={muted}
          data-testid="mute"
          title="Mute the microphone (M)"
          onClick={() => audio.setMuted(!muted)}
        >
          <Icon name={muted ? 'micOff' : 'mic'} />
          {muted ? 'Muted' : 'Mute'}
        </button>
      )}
      <button
        type="button"
        class="button"
        aria-pressed={held}
        data-testid="hold"
        title="Put the call on hold: the bot gets no audio, and a paused message"
        disabled={call.state.value !== 'connected'}
        onClick={() => studio.setHold(!held)}
      >
        <Icon name="hold" />
        {held ? 'Resume' : 'Hold'}
      </button>
      <form
        class="language"
        onSubmit={(event) => {
          event.preventDefault();
          studio.setLanguage(studio.form.language.value);
        }}
      >
        <input
          aria-label="Language of the call"
          data-testid="live-language"
          placeholder="en-US"
          size={6}
          value={studio.form.language.value}
          onInput={({ currentTarget }) => {
            studio.form.language.value = currentTarget.value;
          }}
        />
        <button
          type="submit"
          class="button"
          data-testid="set-language"
          aria-label="Set the language"
          disabled={call.state.value !== 'connected' || studio.form.language.value === ''}
        >
          Set
        </button>
      </form>
    </div>
  );
}

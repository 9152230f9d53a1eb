import { useSignal } from '@preact/signals';
import { Icon } from '../panels/icons.js';
import type { Studio } from '../state/studio.js';

/** Shown before the first call: a button to call a built-in bot, and the next steps. */
export function FirstRun({ studio }: { studio: Studio }) {
  const bots = studio.welcome.value?.bots ?? [];
  const chosen = useSignal('parrot');
  const about = bots.find(({ name }) => name === chosen.value)?.about;
  return (
    <div class="first-run">
      <h2>Call a bot as Genesys Cloud does</h2>
      <p>
        Nothing else needs to run: the studio has built-in bots. Speak, hear the answer, and see every message
        of the call.
      </p>
      <div class="first-call">
        <label class="visually-hidden" for="built-in-bot">
          Built-in bot
        </label>
        <select
          id="built-in-bot"
          data-testid="built-in-bot"
          value={chosen.value}
          onChange={({ currentTarget }) => {
            chosen.value = currentTarget.value;
          }}
        >
          {bots.map(({ name }) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
        <button
          type="button"
          class="button primary large"
          data-testid="call-built-in"
          disabled={studio.linkState.value !== 'open' || studio.starting.value}
          onClick={() => void studio.dialBuiltIn(chosen.value)}
        >
          <Icon name="call" />
          Call a built-in bot
        </button>
      </div>
      <p class="soft bot-about">{about}</p>
      <ul class="first-steps">
        <li>
          <strong>A bot of your own</strong>
          <span>
            Enter the Base Connection URI and credentials of the integration, and press <em>Call</em>.{' '}
            <em>Activate</em> does what Genesys Cloud does when an administrator activates the integration.
          </span>
        </li>
        <li>
          <strong>A call that was made elsewhere</strong>
          <span>Open its trace in the history: a folder, or a .zip dropped anywhere on this page.</span>
        </li>
        <li>
          <strong>The rules of the protocol</strong>
          <span>
            The checks show which rules a bot follows, and for each broken rule its effect and the fix.
          </span>
        </li>
      </ul>
    </div>
  );
}

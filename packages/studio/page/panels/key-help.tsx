import { useEffect, useRef } from 'preact/hooks';
import { KEY_MAP, singleKeys } from '../state/shortcuts.js';
import type { Studio } from '../state/studio.js';
import { Icon } from './icons.js';

const SCOPES = {
  keypad: 'on the keypad',
  rows: 'in the rows',
  call: 'outside text fields',
  history: 'on a call in the history',
} as const;
const modifier = /Mac|iP/.test(navigator.platform) ? '⌘' : 'Ctrl';

/** The keyboard shortcuts of the page, and the switch for single-key shortcuts. */
export function KeyHelp({ studio }: { studio: Studio }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const open = studio.helpOpen.value;
  useEffect(() => {
    if (open) dialog.current?.showModal();
  }, [open]);
  const close = () => {
    studio.helpOpen.value = false;
  };
  if (!open) return null;
  return (
    <dialog ref={dialog} class="dialog" aria-labelledby="key-help-title" onClose={close}>
      <div class="dialog-head">
        <h2 id="key-help-title">Keyboard</h2>
        <button
          type="button"
          class="button square"
          aria-label="Close"
          onClick={() => dialog.current?.close()}
        >
          <Icon name="close" />
        </button>
      </div>
      <table class="keys">
        <tbody>
          {KEY_MAP.map(({ keys, action, scope }) => (
            <tr key={keys}>
              <th scope="row">
                {keys.split(' ').map((key) => (
                  <kbd key={key}>{key === 'Mod' ? modifier : key}</kbd>
                ))}
              </th>
              <td>{action}</td>
              <td class="soft">{scope === undefined ? 'everywhere' : SCOPES[scope]}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <label class="tick">
        <input
          type="checkbox"
          defaultChecked={singleKeys.on}
          onChange={({ currentTarget }) => {
            singleKeys.on = currentTarget.checked;
          }}
        />
        Enable single-key shortcuts
      </label>
    </dialog>
  );
}

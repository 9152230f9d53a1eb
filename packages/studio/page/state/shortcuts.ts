import type { Studio } from './studio.js';

/** A keyboard shortcut. `Mod` is Ctrl, or Command on macOS. */
export interface KeyHint {
  readonly keys: string;
  readonly action: string;
  /** Where the focus must be. Default: anywhere. */
  readonly scope?: 'keypad' | 'rows' | 'call' | 'history';
}

/** All shortcuts, as listed in the help. */
export const KEY_MAP: readonly KeyHint[] = [
  { keys: 'Mod Enter', action: 'Call' },
  { keys: 'Mod .', action: 'Hang up' },
  { keys: '0–9 * #', action: 'Press a key of the telephone', scope: 'keypad' },
  { keys: 'M', action: 'Mute the microphone, or unmute it', scope: 'call' },
  { keys: '/', action: 'Filter the rows', scope: 'call' },
  { keys: '↑ ↓ J K', action: 'Move through the rows', scope: 'rows' },
  { keys: 'Enter', action: 'Open the details of a row', scope: 'rows' },
  { keys: 'F', action: 'Follow the newest row', scope: 'rows' },
  { keys: 'Space', action: 'Play or pause the recording', scope: 'call' },
  { keys: '← →', action: 'Move the cursor by a second', scope: 'call' },
  { keys: '[ ]', action: 'Go to the previous or next mark', scope: 'call' },
  { keys: 'X', action: 'Mark a call for comparison', scope: 'history' },
  { keys: '?', action: 'Show this list', scope: 'call' },
];

/** Single-key shortcuts can be switched off, for users of speech input. */
const STORAGE_KEY = 'hookline-single-keys';

export const singleKeys = {
  get on(): boolean {
    return localStorage.getItem(STORAGE_KEY) !== 'off';
  },
  set on(on: boolean) {
    localStorage.setItem(STORAGE_KEY, on ? 'on' : 'off');
  },
};

/** Handles the global shortcuts and those of the call view. Returns an unsubscribe function. */
export function listenForKeys(studio: Studio): () => void {
  const listener = (event: KeyboardEvent) => {
    if ((event.ctrlKey || event.metaKey) && event.key === 'Enter') {
      event.preventDefault();
      void studio.dial();
    } else if ((event.ctrlKey || event.metaKey) && event.key === '.') {
      event.preventDefault();
      studio.hangUp();
    } else if (isPlain(event) && singleKeys.on && !belongsToControl(event) && handleKey(studio, event)) {
      event.preventDefault();
    }
  };
  document.addEventListener('keydown', listener);
  return () => document.removeEventListener('keydown', listener);
}

/** Whether a key was pressed without Ctrl, Alt and Command. */
export const isPlain = (event: KeyboardEvent): boolean => !event.ctrlKey && !event.altKey && !event.metaKey;

/** Whether the focused control handles the key itself: a text field, a choice, or a button that Space presses. */
function belongsToControl({ target, key }: KeyboardEvent): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.closest('input, textarea, select, dialog, [role=slider]')) return true;
  return key === ' ' && target.closest('button, summary, a') !== null;
}

function handleKey(studio: Studio, { key }: KeyboardEvent): boolean {
  if (studio.tab.value !== 'call') return false;
  switch (key) {
    case 'm':
    case 'M':
      studio.audio.setMuted(!studio.audio.muted.value);
      return true;
    case '/':
      document.getElementById('row-filter')?.focus();
      return true;
    case ' ':
      studio.player.toggle();
      return true;
    case 'ArrowLeft':
    case 'ArrowRight':
      studio.player.seek(studio.player.atMs.value + (key === 'ArrowLeft' ? -1000 : 1000));
      return true;
    case '[':
    case ']':
      studio.player.seekToMark(key === ']');
      return true;
    case '?':
      studio.helpOpen.value = true;
      return true;
    default:
      return false;
  }
}

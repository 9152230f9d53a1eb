import type { Studio } from './studio.js';

/** A key of the page: where it acts, what it does. `Mod` is Ctrl, or Command. */
export interface KeyHint {
  readonly keys: string;
  readonly does: string;
  /** Where the focus has to be; everywhere when left out. */
  readonly within?: 'keypad' | 'rows' | 'call' | 'history';
}

/** Every key, as the help lists it. */
export const KEY_MAP: readonly KeyHint[] = [
  { keys: 'Mod Enter', does: 'Call' },
  { keys: 'Mod .', does: 'Hang up' },
  { keys: '0–9 * #', does: 'Press a key of the telephone', within: 'keypad' },
  { keys: 'M', does: 'Mute the microphone, or unmute it', within: 'call' },
  { keys: '/', does: 'Filter the rows', within: 'call' },
  { keys: '↑ ↓ J K', does: 'Go through the rows', within: 'rows' },
  { keys: 'Enter', does: 'Look at a row closely', within: 'rows' },
  { keys: 'F', does: 'Follow the newest row', within: 'rows' },
  { keys: 'Space', does: 'Play the recording, or stop', within: 'call' },
  { keys: '← →', does: 'Move the cursor by a second', within: 'call' },
  { keys: '[ ]', does: 'Go to the mark before, or the next', within: 'call' },
  { keys: 'X', does: 'Mark a call, to compare it with another', within: 'history' },
  { keys: '?', does: 'This list', within: 'call' },
];

/** Whether keys of a single letter act at all: who speaks to a computer may want none of them. */
const KEPT = 'hookline-single-keys';

export const singleKeys = {
  get on(): boolean {
    return localStorage.getItem(KEPT) !== 'off';
  },
  set on(on: boolean) {
    localStorage.setItem(KEPT, on ? 'on' : 'off');
  },
};

/** Listens for the keys that act wherever the focus is, and for those of the call. Returns an unsubscribe function. */
export function listenForKeys(studio: Studio): () => void {
  const listener = (event: KeyboardEvent) => {
    if ((event.ctrlKey || event.metaKey) && event.key === 'Enter') {
      event.preventDefault();
      void studio.dial();
    } else if ((event.ctrlKey || event.metaKey) && event.key === '.') {
      event.preventDefault();
      studio.hangUp();
    } else if (isPlain(event) && singleKeys.on && !isTyped(event) && press(studio, event)) {
      event.preventDefault();
    }
  };
  document.addEventListener('keydown', listener);
  return () => document.removeEventListener('keydown', listener);
}

/** Whether a key comes without Ctrl, Alt and Command. */
export const isPlain = (event: KeyboardEvent): boolean => !event.ctrlKey && !event.altKey && !event.metaKey;

/** Whether a key belongs to the control that has the focus: a text, a choice, or a button that Space presses. */
function isTyped({ target, key }: KeyboardEvent): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.closest('input, textarea, select, dialog, [role=slider]')) return true;
  return key === ' ' && target.closest('button, summary, a') !== null;
}

function press(studio: Studio, { key }: KeyboardEvent): boolean {
  if (studio.tab.value !== 'call') return false;
  switch (key) {
    case 'm':
    case 'M':
      studio.audio.mute(!studio.audio.muted.value);
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
      studio.player.toMark(key === ']');
      return true;
    case '?':
      studio.helping.value = true;
      return true;
    default:
      return false;
  }
}

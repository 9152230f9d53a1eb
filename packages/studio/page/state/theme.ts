import { computed, effect, type ReadonlySignal, signal } from '@preact/signals';

export type Theme = 'light' | 'dark' | 'as the system';

const THEMES: readonly Theme[] = ['as the system', 'dark', 'light'];
const STORAGE_KEY = 'hookline-theme';

/** The theme chosen in this browser. */
export const theme = signal<Theme>(
  THEMES.find((one) => one === localStorage.getItem(STORAGE_KEY)) ?? 'as the system',
);

const systemIsDark = signalOf('(prefers-color-scheme: dark)');

/** Whether the system replaces the colours of the page. The canvas is redrawn when it changes. */
export const forcedColours = signalOf('(forced-colors: active)');

/** Whether the page is currently dark. The canvas is redrawn when it changes. */
export const dark = computed(() =>
  theme.value === 'as the system' ? systemIsDark.value : theme.value === 'dark',
);

effect(() => {
  document.documentElement.dataset['theme'] = theme.value;
});

/** Whether a media query matches. */
function signalOf(query: string): ReadonlySignal<boolean> {
  const list = matchMedia(query);
  const matches = signal(list.matches);
  list.onchange = (event) => {
    matches.value = event.matches;
  };
  return matches;
}

/** Switches to the next theme. */
export function nextTheme(): void {
  theme.value = THEMES[(THEMES.indexOf(theme.value) + 1) % THEMES.length] ?? 'as the system';
  localStorage.setItem(STORAGE_KEY, theme.value);
}

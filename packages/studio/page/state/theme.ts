import { computed, effect, signal } from '@preact/signals';

export type Theme = 'light' | 'dark' | 'as the system';

const THEMES: readonly Theme[] = ['as the system', 'dark', 'light'];
const STORAGE_KEY = 'hookline-theme';

/** The theme chosen in this browser. */
export const theme = signal<Theme>(
  THEMES.find((one) => one === localStorage.getItem(STORAGE_KEY)) ?? 'as the system',
);

const system = matchMedia('(prefers-color-scheme: dark)');
const systemIsDark = signal(system.matches);
system.onchange = ({ matches }) => {
  systemIsDark.value = matches;
};

/** Whether the page is currently dark. The canvas is redrawn when it changes. */
export const dark = computed(() =>
  theme.value === 'as the system' ? systemIsDark.value : theme.value === 'dark',
);

effect(() => {
  document.documentElement.dataset['theme'] = theme.value;
});

/** Switches to the next theme. */
export function nextTheme(): void {
  theme.value = THEMES[(THEMES.indexOf(theme.value) + 1) % THEMES.length] ?? 'as the system';
  localStorage.setItem(STORAGE_KEY, theme.value);
}

import { useEffect, useRef } from 'preact/hooks';
import type { CallView } from '../state/call-view.js';
import { stateText } from '../state/format.js';
import type { Studio, Tab } from '../state/studio.js';
import { dark, nextTheme, theme } from '../state/theme.js';
import { Icon } from './icons.js';

const TABS: readonly (readonly [Tab, string])[] = [
  ['call', 'Call'],
  ['checks', 'Checks'],
  ['history', 'History'],
];

/** The name of the page, the tabs, the state of the call, and the Call and Hang up buttons. */
export function Header({ studio }: { studio: Studio }) {
  const call = studio.live.value ?? studio.shown.value;
  const live = studio.live.value !== undefined;
  return (
    <header class="header">
      <h1 class="brand">
        <Mark />
        <span>
          hookline <span class="soft">studio</span>
        </span>
      </h1>
      <nav class="tabs" aria-label="Views">
        {TABS.map(([tab, label]) => (
          <button
            key={tab}
            type="button"
            class="tab"
            data-testid={`tab-${tab}`}
            aria-current={studio.tab.value === tab ? 'page' : undefined}
            onClick={() => {
              studio.tab.value = tab;
            }}
          >
            {label}
          </button>
        ))}
      </nav>
      <StatePill
        call={studio.attempt.value === undefined ? call : undefined}
        starting={studio.starting.value}
      />
      {live && studio.shown.value !== studio.dialled.value && (
        <button type="button" class="button" onClick={() => studio.returnToCall()}>
          Back to the call
        </button>
      )}
      <div class="header-actions">
        <CallButtons studio={studio} />
        <button
          type="button"
          class="button square"
          aria-label={`Theme: ${theme.value}`}
          title={`Theme: ${theme.value}`}
          data-testid="theme"
          onClick={nextTheme}
        >
          <Icon name={dark.value ? 'moon' : 'sun'} />
        </button>
        <button
          type="button"
          class="button square"
          aria-label="Keyboard"
          title="Keyboard (?)"
          data-testid="help"
          onClick={() => {
            studio.helpOpen.value = true;
          }}
        >
          <Icon name="help" />
        </button>
      </div>
    </header>
  );
}

/** When the focused button is disabled, the focus moves to the other one. */
function CallButtons({ studio }: { studio: Studio }) {
  const dial = useRef<HTMLButtonElement>(null);
  const hangUp = useRef<HTMLButtonElement>(null);
  const live = studio.live.value !== undefined;
  const focused = useRef(false);
  useEffect(() => {
    if (focused.current) (live ? hangUp : dial).current?.focus();
  }, [live]);
  const trackFocus = {
    'data-own-focus': true,
    onFocus: () => {
      focused.current = true;
    },
    onBlur: (event: FocusEvent) => {
      // When the focused button is disabled, `relatedTarget` is null.
      focused.current = event.relatedTarget === null && document.hasFocus();
    },
  };
  return (
    <>
      <button
        ref={dial}
        type="button"
        class="button primary"
        data-testid="dial"
        title="Call (Ctrl + Enter)"
        disabled={live || studio.starting.value || studio.linkState.value !== 'open'}
        onClick={() => void studio.dial()}
        {...trackFocus}
      >
        <Icon name="call" />
        Call
      </button>
      <button
        ref={hangUp}
        type="button"
        class="button hang-up"
        data-testid="hang-up"
        title="Hang up (Ctrl + .)"
        disabled={!live}
        onClick={() => studio.hangUp()}
        {...trackFocus}
      >
        <Icon name="hangUp" />
        Hang up
      </button>
    </>
  );
}

function StatePill({ call, starting }: { call: CallView | undefined; starting: boolean }) {
  const path = call?.outcome.value?.path;
  const ended = path === undefined ? '' : path === 'failure' ? 'bad' : 'good';
  const tone = starting || !call ? '' : call.shownState.value === 'ended' ? ended : 'on';
  return (
    <p class={`pill ${tone}`} data-testid="state">
      <span class="dot" aria-hidden="true" />
      {starting ? 'Starting' : stateText(call)}
    </p>
  );
}

function Mark() {
  return (
    <svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true" focusable="false" class="brand-mark">
      <rect width="20" height="20" rx="5" />
      <path d="M4 10h2.5l2-5 3.5 10 2-5H16" />
    </svg>
  );
}

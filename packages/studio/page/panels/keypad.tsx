import type { Studio } from '../state/studio.js';

const KEYS: readonly (readonly [key: string, name: string, letters: string])[] = [
  ['1', '1', ''],
  ['2', '2', 'ABC'],
  ['3', '3', 'DEF'],
  ['4', '4', 'GHI'],
  ['5', '5', 'JKL'],
  ['6', '6', 'MNO'],
  ['7', '7', 'PQRS'],
  ['8', '8', 'TUV'],
  ['9', '9', 'WXYZ'],
  ['*', 'star', ''],
  ['0', '0', ''],
  ['#', 'hash', ''],
];

/** The telephone keypad. While one of its keys has the focus, the keyboard's digits press keys too. */
export function Keypad({ studio }: { studio: Studio }) {
  const live = studio.live.value?.state.value === 'connected';
  const keys =
    studio.live.value?.marks.value.flatMap((mark) => (mark.kind === 'key' ? mark.digit : [])) ?? [];
  return (
    <section class="panel" aria-labelledby="keypad-title">
      <div class="panel-head">
        <h2 id="keypad-title">Keypad</h2>
        <span class="mono soft pressed">{keys.slice(-12).join('')}</span>
      </div>
      <div
        class="keypad"
        role="group"
        aria-labelledby="keypad-title"
        data-testid="keypad"
        onKeyDown={(event) => {
          if (!/^[0-9*#]$/.test(event.key) || event.ctrlKey || event.metaKey || event.altKey) return;
          event.preventDefault();
          event.stopPropagation();
          studio.sendDtmf(event.key);
        }}
      >
        {KEYS.map(([key, name, letters]) => (
          <button
            key={key}
            type="button"
            class="key"
            data-letters={letters}
            data-testid={`key-${name}`}
            aria-label={letters === '' ? name : `${name}, ${[...letters].join(' ')}`}
            aria-disabled={!live}
            onClick={() => studio.sendDtmf(key)}
          >
            {key}
          </button>
        ))}
      </div>
    </section>
  );
}

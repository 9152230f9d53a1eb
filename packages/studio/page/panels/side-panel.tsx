import type { Pane, Studio } from '../state/studio.js';
import { Keypad } from './keypad.js';
import { NotesPanel } from './notes-panel.js';
import { ResultPanel } from './result-panel.js';
import { TurnsPanel } from './turns-panel.js';

const PANES: readonly (readonly [Pane, string])[] = [
  ['dial', 'Dial'],
  ['call', 'Call'],
  ['result', 'Result'],
];

/** The right column: result, keypad, warnings and turns. */
export function SidePanel({ studio }: { studio: Studio }) {
  const call = studio.shown.value;
  return (
    <>
      <aside class="pane pane-result" aria-label="Result and keypad">
        {/* Once Call is pressed, the result of the previous call is no longer the answer. */}
        <ResultPanel call={studio.attempt.value === undefined ? call : undefined} />
        <Keypad studio={studio} />
        {call && <NotesPanel call={call} />}
        {call && <TurnsPanel call={call} />}
      </aside>
      <nav class="pane-switch" aria-label="Columns">
        {PANES.map(([pane, label]) => (
          <button
            key={pane}
            type="button"
            class="tab"
            data-testid={`pane-${pane}`}
            aria-current={studio.pane.value === pane ? 'true' : undefined}
            onClick={() => {
              studio.pane.value = pane;
            }}
          >
            {label}
          </button>
        ))}
      </nav>
    </>
  );
}

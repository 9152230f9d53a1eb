import { showControls } from '../../src/show-controls.js';
import { RuleText } from '../log/row-detail.js';
import type { CallView } from '../state/call-view.js';
import { formatSeconds } from '../state/format.js';

/** Warnings: deviations that did not fail the call, but may matter in production. */
export function NotesPanel({ call }: { call: CallView }) {
  const notes = call.notes.value;
  if (notes.length === 0) return null;
  return (
    <section class="panel" aria-labelledby="notes-title" data-testid="notes">
      <div class="panel-head">
        <h2 id="notes-title">Warnings</h2>
        <span class="badge warn">{notes.length}</span>
      </div>
      <ul class="notes">
        {notes.map((note) => (
          <li key={`${note.t} ${note.message}`} data-testid="note" data-clause={note.clause}>
            <details>
              <summary>
                {showControls(note.message)}
                <span class="soft mono">
                  {' '}
                  {formatSeconds(note.t)}
                  {note.count > 1 && ` ×${note.count}`}
                </span>
              </summary>
              <RuleText clause={note.clause} effect={note.effect} fix={note.fix} />
            </details>
          </li>
        ))}
      </ul>
    </section>
  );
}

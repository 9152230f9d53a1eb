import { useSignal } from '@preact/signals';
import type { CallEntry, Comparison } from '../../src/messages.js';
import { formatDuration, formatSeconds, pathText } from '../state/format.js';
import { isPlain, singleKeys } from '../state/shortcuts.js';
import type { Studio } from '../state/studio.js';
import { Icon } from './icons.js';

/** The history on disk, opening of traces from elsewhere, and the comparison of two calls. */
export function HistoryPanel({ studio }: { studio: Studio }) {
  const marked = useSignal<readonly string[]>([]);
  const comparison = useSignal<Comparison | undefined>(undefined);
  const calls = studio.history.value;
  const toggleMark = (id: string) => {
    comparison.value = undefined;
    marked.value = marked.value.includes(id)
      ? marked.value.filter((other) => other !== id)
      : [...marked.value, id].slice(-2);
  };
  const [a, b] = marked.value;
  return (
    <main class="view" aria-labelledby="history-title" data-testid="history">
      <div class="view-head">
        <h2 id="history-title">History</h2>
        <OpenTrace studio={studio} />
        <button
          type="button"
          class="button"
          data-testid="compare"
          aria-label="Compare the two calls that are marked"
          title="Compare the two calls that are marked"
          disabled={a === undefined || b === undefined}
          onClick={async () => {
            if (a !== undefined && b !== undefined) comparison.value = await studio.compare(a, b);
          }}
        >
          Compare
        </button>
      </div>
      {comparison.value && <Differences comparison={comparison.value} />}
      {calls.length === 0 ? (
        <p class="soft view-empty">
          No call has been made yet. Calls are stored here, on this machine's disk.
        </p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: scrollable content must be reachable by keyboard
        <div class="panel table-box" tabIndex={0} role="region" aria-label="Calls">
          <table class="history">
            <thead>
              <tr>
                <th scope="col">
                  <span class="visually-hidden">Compare</span>
                </th>
                <th scope="col">When</th>
                <th scope="col">Dialled</th>
                <th scope="col">Lasted</th>
                <th scope="col">Path</th>
                <th scope="col">
                  <span class="visually-hidden">Actions</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {calls.map((entry) => (
                <HistoryRow
                  key={entry.id}
                  entry={entry}
                  marked={marked.value.includes(entry.id)}
                  onMark={() => toggleMark(entry.id)}
                  studio={studio}
                />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </main>
  );
}

interface HistoryRowProps {
  readonly entry: CallEntry;
  readonly marked: boolean;
  readonly onMark: () => void;
  readonly studio: Studio;
}

function HistoryRow({ entry, marked, onMark, studio }: HistoryRowProps) {
  const when = new Date(entry.started);
  const tone = entry.path === 'success' ? 'good' : entry.path === 'failure' ? 'bad' : '';
  const label = `the call of ${when.toLocaleTimeString()}`;
  return (
    <tr
      data-testid="history-row"
      data-id={entry.id}
      data-path={entry.path}
      onKeyDown={(event) => {
        if (event.key === 'x' && isPlain(event) && singleKeys.on) onMark();
      }}
    >
      <td>
        <input
          type="checkbox"
          aria-label={`Mark ${label} to be compared`}
          checked={marked}
          onChange={onMark}
        />
      </td>
      <td>
        <button type="button" class="link" data-testid="open-call" onClick={() => void studio.open(entry.id)}>
          <time dateTime={entry.started}>{when.toLocaleString()}</time>
        </button>
      </td>
      <td class="mono url" title={entry.url}>
        {entry.url}
      </td>
      <td class="mono lasted">{entry.live ? '–' : formatDuration(entry.durationMs)}</td>
      <td class="path">
        <span class={`badge ${tone}`}>{entry.live ? 'In progress' : pathText(entry.path)}</span>{' '}
        <span class="soft">
          {entry.cause ?? (entry.vantage === 'client' ? '' : `recorded by a ${entry.vantage}`)}
        </span>
      </td>
      <td>
        <button
          type="button"
          class="button square"
          aria-label={`Delete ${label}`}
          title="Delete"
          disabled={entry.live}
          onClick={() => studio.deleteCall(entry.id)}
        >
          <Icon name="trash" />
        </button>
      </td>
    </tr>
  );
}

function OpenTrace({ studio }: { studio: Studio }) {
  const path = useSignal('');
  return (
    <form
      class="open-trace"
      onSubmit={(event) => {
        event.preventDefault();
        if (path.value !== '') studio.openPath(path.value);
      }}
    >
      <input
        class="mono"
        aria-label="Path of a trace on this machine"
        data-testid="trace-path"
        placeholder="/path/to/trace, or a .zip"
        value={path.value}
        onInput={({ currentTarget }) => {
          path.value = currentTarget.value;
        }}
      />
      <button type="submit" class="button" data-testid="open-path" disabled={path.value === ''}>
        <Icon name="folder" />
        Open
      </button>
      <label class="button file">
        Upload a .zip
        <input
          type="file"
          class="visually-hidden"
          accept=".zip,application/zip"
          data-testid="trace-zip"
          onChange={({ currentTarget }) => {
            const file = currentTarget.files?.[0];
            if (file) void studio.openZip(file);
            currentTarget.value = '';
          }}
        />
      </label>
    </form>
  );
}

function Differences({ comparison: { a, b, differences } }: { comparison: Comparison }) {
  return (
    <section class="panel differences" aria-label="Differences" data-testid="differences">
      <h3>
        A: {new Date(a.started).toLocaleString()} · B: {new Date(b.started).toLocaleString()}
      </h3>
      {differences.length === 0 && <p>The two calls do not differ.</p>}
      <ul>
        {differences.map(({ text, kind, atA, atB }) => (
          <li key={text} data-kind={kind}>
            <span class="badge">{kind}</span> {text}{' '}
            <span class="soft mono">
              {[atA, atB].flatMap((t) => (t === undefined ? [] : formatSeconds(t))).join(' / ')}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

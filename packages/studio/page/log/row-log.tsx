import { useComputed, useSignal, useSignalEffect } from '@preact/signals';
import { useRef } from 'preact/hooks';
import type { Row } from '../../src/messages.js';
import type { CallView } from '../state/call-view.js';
import { formatSeconds } from '../state/format.js';
import type { HideableRows } from '../state/row-list.js';
import { isPlain, singleKeys } from '../state/shortcuts.js';
import type { Studio } from '../state/studio.js';
import { RowDetail } from './row-detail.js';
import { RowLine } from './row-line.js';
import { RowWindow, type WindowHandle } from './row-window.js';

const SWITCHES: readonly (readonly [HideableRows, string])[] = [
  ['audio', 'Audio'],
  ['ping', 'Pings'],
];
const PAGE_ROWS = 12;

/** All messages, runs of audio and broken rules of a call, as a log or as a ladder. */
export function RowLog({ call, studio }: { call: CallView; studio: Studio }) {
  const { rows } = call;
  const follow = useSignal(call.live);
  const ladder = useSignal(false);
  /** Index of the row with the keyboard cursor. */
  const active = useSignal(0);
  const rowWindow = useRef<WindowHandle>(null);
  const shown = rows.filtered.value.rows;
  const { player } = studio;

  /** Index of the last row before the position of the recording. */
  const playedN = useComputed(() => {
    const at = player.atMs.value;
    const list = rows.filtered.value.rows;
    if (call.live || at === 0) return -1;
    let [low, high] = [0, list.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((list[middle]?.t ?? 0) <= at) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  });
  useSignalEffect(() => {
    const place = playedN.value;
    if (place >= 0 && player.playing.peek()) rowWindow.current?.scrollTo(place);
  });
  useSignalEffect(() => {
    const wanted = call.selected.value;
    const place = wanted === undefined ? -1 : rows.filtered.value.rows.findIndex(({ n }) => n === wanted);
    if (place < 0) return;
    follow.value = false;
    active.value = place;
    rowWindow.current?.scrollTo(place);
  });

  const moveTo = (place: number) => {
    follow.value = false;
    active.value = Math.min(Math.max(0, place), shown.length - 1);
    rowWindow.current?.scrollTo(active.value);
    // While details are open, they follow the keyboard cursor.
    if (call.selected.value !== undefined) call.selected.value = shown[active.value]?.n;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (!isPlain(event)) return;
    const single = singleKeys.on ? event.key.toLowerCase() : event.key;
    const current = active.value;
    if (single === 'ArrowDown' || event.key === 'ArrowDown' || single === 'j') moveTo(current + 1);
    else if (event.key === 'ArrowUp' || single === 'k') moveTo(current - 1);
    else if (event.key === 'PageDown') moveTo(current + PAGE_ROWS);
    else if (event.key === 'PageUp') moveTo(current - PAGE_ROWS);
    else if (event.key === 'Home') moveTo(0);
    else if (event.key === 'End') moveTo(shown.length - 1);
    else if (event.key === 'Enter') toggle(shown[current]);
    else if (event.key === 'Escape') call.selected.value = undefined;
    else if (single === 'f') follow.value = !follow.value;
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const toggle = (row: Row | undefined) => {
    if (row) call.selected.value = call.selected.value === row.n ? undefined : row.n;
  };

  const selected = call.selected.value === undefined ? undefined : rows.at(call.selected.value);
  const fault = rows.fault.value;
  return (
    <section class="panel log" aria-labelledby="log-title">
      <div class="panel-head log-head">
        <h2 id="log-title">Wire</h2>
        <div class="segmented" role="group" aria-label="Form">
          <button type="button" aria-pressed={!ladder.value} onClick={() => (ladder.value = false)}>
            Log
          </button>
          <button
            type="button"
            aria-pressed={ladder.value}
            data-testid="ladder"
            onClick={() => (ladder.value = true)}
          >
            Ladder
          </button>
        </div>
        <input
          id="row-filter"
          class="mono filter"
          type="search"
          data-testid="filter"
          aria-label="Filter the rows"
          aria-invalid={fault !== undefined}
          aria-describedby={fault === undefined ? undefined : 'filter-fault'}
          placeholder="type=event dir=in t>1.5s text"
          spellcheck={false}
          autocomplete="off"
          value={rows.filter.value}
          onInput={({ currentTarget }) => {
            rows.filter.value = currentTarget.value;
          }}
        />
        {SWITCHES.map(([hidden, label]) => (
          <label class="tick" key={hidden}>
            <input
              type="checkbox"
              data-testid={`show-${hidden}`}
              checked={!rows.hidden.value.has(hidden)}
              onChange={({ currentTarget }) => {
                const next = new Set(rows.hidden.value);
                if (currentTarget.checked) next.delete(hidden);
                else next.add(hidden);
                rows.hidden.value = next;
              }}
            />
            {label}
          </label>
        ))}
        <span class="soft count" data-testid="row-count">
          {shown.length === rows.total.value ? shown.length : `${shown.length} of ${rows.total.value}`} rows
        </span>
      </div>
      {fault !== undefined && (
        <p class="fault filter-fault" id="filter-fault" role="alert">
          {fault}
        </p>
      )}
      <div class="row-box" style={{ '--time-chars': formatSeconds(shown.at(-1)?.t ?? 0).length }}>
        <RowWindow
          rows={shown}
          follow={follow}
          onFollow={(on) => {
            if (call.live || !on) follow.value = on;
          }}
          handle={rowWindow}
          class={ladder.value ? 'row-window as-ladder' : 'row-window as-log'}
          active={active.value}
          onKeyDown={onKeyDown}
          render={(row, place) => (
            <RowLine
              key={row.n}
              row={row}
              index={place}
              ladder={ladder.value}
              active={place === active.value}
              selected={row.n === call.selected.value}
              played={place === playedN.value}
              decisive={row.n === call.outcome.value?.row && call.outcome.value?.path === 'failure'}
              onSelect={() => {
                active.value = place;
                toggle(row);
              }}
            />
          )}
        />
        {shown.length === 0 && (
          <p class="empty soft">
            {rows.total.value === 0 ? 'Nothing has been sent yet.' : 'No row passes the filter.'}
          </p>
        )}
      </div>
      {selected && (
        <RowDetail
          row={selected}
          close={() => {
            call.selected.value = undefined;
          }}
          seek={call.live ? undefined : () => player.seek(selected.t)}
        />
      )}
    </section>
  );
}

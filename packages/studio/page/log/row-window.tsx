import { type ReadonlySignal, useSignal, useSignalEffect } from '@preact/signals';
import type { ComponentChildren, Ref } from 'preact';
import { useEffect, useImperativeHandle, useRef } from 'preact/hooks';
import type { Row } from '../../src/messages.js';

/** Height of a row, in CSS pixels. Must equal `--row-height` of the style. */
const ROW_HEIGHT = 24;
/**
 * With at most this many rows all are rendered, so that scripts and the browser's search find every row of a typical
 * call.
 */
const RENDER_ALL_ROWS = 500;
/** Rows rendered beyond each edge, so that fast scrolling shows no blank area. */
const OVERSCAN = 4;

/** Imperative handle of `RowWindow`. */
export interface WindowHandle {
  /** Scrolls the row at `index` into view, as little as possible. */
  scrollTo(index: number): void;
}

interface RowWindowProps {
  readonly rows: readonly Row[];
  /** Whether to keep the newest row in view. Scrolling up turns this off. */
  readonly follow: ReadonlySignal<boolean>;
  readonly onFollow: (follow: boolean) => void;
  readonly render: (row: Row, index: number) => ComponentChildren;
  /** Index of the row with the keyboard cursor. */
  readonly active: number;
  readonly onKeyDown: (event: KeyboardEvent) => void;
  readonly class: string;
  readonly handle: Ref<WindowHandle>;
}

/** The `id` of the element of a row. */
export const rowId = (row: Row): string => `row-${row.n}`;

/**
 * Virtualized list: if there are many rows, only the visible ones are rendered. All rows have the same height, so none
 * is measured.
 */
export function RowWindow({ rows, follow, onFollow, render, active, handle, ...grid }: RowWindowProps) {
  const box = useRef<HTMLDivElement>(null);
  const top = useSignal(0);
  const height = useSignal(400);

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const observer = new ResizeObserver(() => {
      height.value = element.clientHeight;
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [height]);

  const toNewest = () => {
    if (box.current) box.current.scrollTop = box.current.scrollHeight;
  };
  useSignalEffect(() => {
    if (follow.value) toNewest();
  });
  useEffect(() => {
    // Read here, not during rendering: `follow` may change between a render and its effect.
    if (follow.peek()) toNewest();
  });

  useImperativeHandle(
    handle,
    () => ({
      scrollTo: (place) => {
        const element = box.current;
        if (!element) return;
        const from = place * ROW_HEIGHT;
        if (from < element.scrollTop) element.scrollTop = from;
        else if (from + ROW_HEIGHT > element.scrollTop + element.clientHeight)
          element.scrollTop = from + ROW_HEIGHT - element.clientHeight;
      },
    }),
    [],
  );

  const renderAll = rows.length <= RENDER_ALL_ROWS;
  const first = renderAll ? 0 : Math.max(0, Math.floor(top.value / ROW_HEIGHT) - OVERSCAN);
  const last = renderAll
    ? rows.length
    : Math.min(rows.length, Math.ceil((top.value + height.value) / ROW_HEIGHT) + OVERSCAN);
  const atRow = active >= first && active < last ? rows[active] : undefined;
  return (
    <div
      {...grid}
      ref={box}
      role="grid"
      tabIndex={0}
      aria-label="Rows of the call"
      aria-rowcount={rows.length}
      aria-activedescendant={atRow && rowId(atRow)}
      data-testid="rows"
      onScroll={({ currentTarget }) => {
        const { scrollTop, clientHeight, scrollHeight } = currentTarget;
        const scrolledUp = scrollTop < top.peek();
        top.value = scrollTop;
        if (scrolledUp) onFollow(false);
        else if (scrollTop + clientHeight >= scrollHeight - ROW_HEIGHT / 2) onFollow(true);
      }}
    >
      <div class="row-canvas" role="rowgroup" style={{ height: `${rows.length * ROW_HEIGHT}px` }}>
        <div
          class="row-slice"
          role="presentation"
          style={{ transform: `translateY(${first * ROW_HEIGHT}px)` }}
        >
          {rows.slice(first, last).map((row, i) => render(row, first + i))}
        </div>
      </div>
    </div>
  );
}

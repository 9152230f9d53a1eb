import { Component } from 'preact';
import type { Row } from '../../src/messages.js';
import { formatSeconds } from '../state/format.js';
import { rowId } from './row-window.js';

const DIRECTIONS = {
  out: { sign: '→', name: 'to the bot' },
  in: { sign: '←', name: 'from the bot' },
  none: { sign: '·', name: '' },
} as const;

interface RowLineProps {
  readonly row: Row;
  readonly index: number;
  readonly ladder: boolean;
  readonly active: boolean;
  readonly selected: boolean;
  /** Whether the recording is at this row. */
  readonly played: boolean;
  /** Whether this row decided that the call failed. */
  readonly decisive: boolean;
  readonly onSelect: () => void;
}

/** One row, as a line of the log or as an arrow of the ladder. Rendered again only if it looks different. */
export class RowLine extends Component<RowLineProps> {
  override shouldComponentUpdate(next: RowLineProps): boolean {
    const { row, index, ladder, active, selected, played, decisive } = this.props;
    return (
      next.row !== row ||
      next.index !== index ||
      next.ladder !== ladder ||
      next.active !== active ||
      next.selected !== selected ||
      next.played !== played ||
      next.decisive !== decisive
    );
  }

  render(props: RowLineProps) {
    return renderLine(props);
  }
}

function renderLine({ row, index, ladder, active, selected, played, decisive, onSelect }: RowLineProps) {
  const { sign, name } = DIRECTIONS[row.dir];
  const classes = [
    'row',
    row.kind,
    `to-${row.dir}`,
    active && 'active',
    selected && 'selected',
    played && 'played',
    (decisive || row.fatal || row.fault !== undefined) && 'wrong',
  ];
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid handles keys
    <div
      id={rowId(row)}
      class={classes.filter(Boolean).join(' ')}
      role="row"
      aria-rowindex={index + 1}
      aria-selected={selected}
      data-testid="row"
      data-n={row.n}
      data-dir={row.dir}
      data-type={row.type}
      data-t={row.t}
      onClick={onSelect}
    >
      <span role="gridcell" class="cell t">
        {formatSeconds(row.t)}
      </span>
      {!ladder && (
        <span role="gridcell" class="cell dir">
          <span aria-hidden="true">{sign}</span>
          <span class="visually-hidden">{name}</span>
        </span>
      )}
      <span role="gridcell" class="cell type">
        {row.type}
        {row.seq !== undefined && <span class="seq">{row.seq}</span>}
        {ladder && (
          <span class="dir">
            <span class="visually-hidden">{name}</span>
          </span>
        )}
      </span>
      <span role="gridcell" class="cell detail">
        {row.detail}
        {row.fault !== undefined && <span class="badge bad">schema</span>}
      </span>
      <span role="gridcell" class="cell note">
        {row.note}
      </span>
    </div>
  );
}

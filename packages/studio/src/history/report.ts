import { headerMedia, renderLadder } from '@hookline/trace';
import type { CallOutcome, Lanes, Mark, StoredCall } from '../messages.js';
import { showControls } from '../show-controls.js';
import type { StoredTrace } from './stored-trace.js';

const STYLE = `
  :root { color-scheme: light; }
  body { font: 14px/1.5 system-ui, sans-serif; color: #111; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
  h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; margin-top: 2rem; }
  table { border-collapse: collapse; width: 100%; }
  th, td { text-align: left; vertical-align: top; padding: .2rem .6rem .2rem 0; border-bottom: 1px solid #ccc; overflow-wrap: anywhere; }
  th { width: 12rem; font-weight: 600; }
  pre { font: 11px/1.35 ui-monospace, monospace; overflow-x: auto; }
  svg { width: 100%; height: auto; }
  .path { font-weight: 700; }
  footer { margin-top: 2rem; font-size: .8rem; color: #444; }
  @media print { body { margin: 0; max-width: none; } pre { white-space: pre-wrap; } h2 { break-after: avoid; } }
`;

/** Renders a call as one printable HTML page, without scripts or external resources. */
export async function renderReport(stored: StoredTrace): Promise<string> {
  const call = await stored.toStoredCall();
  const { header, rows } = stored.trace;
  const ladder = stored.mask(renderLadder(rows, { vantage: header.vantage, media: headerMedia(header) }));
  const { outcome, lanes, marks, turns, facts } = call;
  return [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    `<title>${escapeHtml(`Audio Connector call ${call.entry.started}`)}</title>`,
    `<style>${STYLE}</style></head><body>`,
    '<h1>Audio Connector call</h1>',
    table(facts.map(({ name, value }) => [name, value])),
    ...(outcome ? ['<h2>What Architect sees</h2>', table(outcomeRows(outcome))] : []),
    ...(outcome && Object.keys(outcome.outputs ?? {}).length > 0
      ? ['<h2>Outputs</h2>', table(Object.entries(outcome.outputs ?? {}))]
      : []),
    ...(lanes ? ['<h2>Audio</h2>', renderLanes(lanes, marks)] : []),
    ...(turns.length > 0
      ? [
          '<h2>What the bot said</h2>',
          table(turns.map(({ t, text, disposition }) => [seconds(t), text ?? disposition])),
        ]
      : []),
    ...noteSection(call),
    '<h2>Messages</h2>',
    `<pre>${escapeHtml(ladder)}</pre>`,
    '<footer>Made by Hookline. Not affiliated with Genesys; a Hookline check is not a Genesys certification. Genesys, Genesys Cloud and AudioHook are trademarks of Genesys.</footer>',
    '</body></html>\n',
  ].join('\n');
}

function outcomeRows(outcome: Partial<CallOutcome>): (readonly [string, string])[] {
  const { path = '', architect = '', errorType, errorMessage, cause, clause, fix, replyMs = [] } = outcome;
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['Path', path],
    ['In Architect', architect],
    ['errorType', errorType],
    ['errorMessage', errorMessage],
    ['Cause', cause],
    ['Rule', clause],
    ['What to do', outcome.nextStep ?? fix],
    ['First audio', ms(outcome.firstAudioMs)],
    ['Replies', replyMs.length === 0 ? undefined : replyMs.map((one) => ms(one)).join(', ')],
    ['Under-runs', outcome.underruns === undefined ? undefined : String(outcome.underruns)],
    ['Barge-ins', outcome.bargeIns === undefined ? undefined : String(outcome.bargeIns)],
  ];
  return facts.flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [[name, value] as const],
  );
}

function noteSection({ outcome }: StoredCall): string[] {
  const notes = outcome?.notes ?? [];
  if (notes.length === 0) return [];
  return [
    '<h2>Notes</h2>',
    table(
      notes.map(({ t, message, clause, fix }) => [
        seconds(t),
        [clause, message, fix].filter((one) => one !== undefined).join(' — '),
      ]),
    ),
  ];
}

const WIDTH = 1000;
const LANE_HEIGHT = 60;

/** Renders both lanes as SVG: caller above, bot below, playbacks as bars, barge-ins as lines. */
function renderLanes(lanes: Lanes, marks: readonly Mark[]): string {
  const count = Math.max(1, lanes.caller.length);
  const at = (t: number) => ((t - lanes.t) / lanes.bucketMs / count) * WIDTH;
  const lane = (peaks: readonly number[], middle: number) => {
    const columns = Array.from({ length: WIDTH }, (_, column) => {
      const peaksOfColumn = peaks.slice(
        Math.floor((column * count) / WIDTH),
        Math.max(Math.floor((column * count) / WIDTH) + 1, Math.floor(((column + 1) * count) / WIDTH)),
      );
      const halfHeight = (Math.max(0, ...peaksOfColumn) / 255) * (LANE_HEIGHT / 2);
      return halfHeight < 0.3 ? '' : `M${column} ${round(middle - halfHeight)}V${round(middle + halfHeight)}`;
    });
    return `<path d="${columns.join('')}" stroke="#222" stroke-width="1" fill="none"/>`;
  };
  const bars = marks.flatMap((mark) => {
    if (mark.kind === 'playback') {
      const [from, to] = [at(mark.from), at(mark.to ?? mark.from)];
      return [
        `<rect x="${round(from)}" y="${2 * LANE_HEIGHT + 4}" width="${round(Math.max(1, to - from))}" height="6" fill="#2563eb"/>`,
      ];
    }
    if (mark.kind !== 'bargeIn') return [];
    return [
      `<path d="M${round(at(mark.t))} 0V${2 * LANE_HEIGHT + 10}" stroke="#b91c1c" stroke-dasharray="3 2"/>`,
    ];
  });
  return [
    `<svg viewBox="0 0 ${WIDTH} ${2 * LANE_HEIGHT + 12}" role="img" aria-label="Level of the caller above and of the bot below, ${seconds(count * lanes.bucketMs)}">`,
    lane(lanes.caller, LANE_HEIGHT / 2),
    lane(lanes.bot, (3 * LANE_HEIGHT) / 2),
    ...bars,
    '</svg>',
  ].join('');
}

function table(rows: readonly (readonly [string, string])[]): string {
  const cells = rows.map(
    ([name, value]) => `<tr><th scope="row">${escapeHtml(name)}</th><td>${escapeHtml(value)}</td></tr>`,
  );
  return `<table>${cells.join('')}</table>`;
}

function escapeHtml(text: string): string {
  return showControls(text).replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

const round = (value: number) => Math.round(value * 10) / 10;
const seconds = (value: number) => `${(value / 1000).toFixed(1)} s`;
const ms = (value: number | undefined) => (value === undefined ? undefined : `${Math.round(value)} ms`);

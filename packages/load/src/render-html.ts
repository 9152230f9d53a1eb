import { checkArgument } from '@hookline/runtime';
import { type ChartLine, escapeHtml, lineChart } from './line-chart.js';
import { addSecond, emptySecond, type LoadRun, type Second, type Spread } from './load-run.js';
import {
  METRIC_NAMES,
  METRICS,
  type MetricName,
  type MetricSummary,
  OWN_METRIC_NAMES,
  OWN_METRICS,
  type OwnMetricName,
} from './metrics.js';
import { countLine, METRIC_LABELS, paceLine, thresholdLine } from './render-text.js';
import type { LoadReport } from './report.js';

/** The maximum number of points per line: a run of hours is drawn in longer steps. */
const MAX_POINTS = 300;
/** The percentiles of the chart of all times, drawn at equal distances. */
const PERCENTILES = [0, 25, 50, 75, 90, 95, 97.5, 99, 99.5, 99.9, 99.95, 99.99] as const;

/** Renders a report as one HTML page without scripts or external resources. */
export function renderHtml(run: LoadRun, report: LoadReport): string {
  checkArgument('LOAD_BAD_OPTION', 'renderHtml: run', run, 'object');
  checkArgument('LOAD_BAD_OPTION', 'renderHtml: report', report, { counts: 'object' });
  const { verdict, thresholds, failures, examples, counts, echo } = report;
  const facts = [
    ...thresholds.map((one) => [one.met, thresholdLine(one)] as const),
    [report.generator.keptPace, `The generator ${paceLine(report)}.`] as const,
    ...(echo
      ? [
          [
            echo.lostMs + echo.alteredMs === 0,
            `${counts.echoed} of ${counts.started} calls were echoed: ${Math.round(echo.lostMs)} ms of audio were lost, ${Math.round(echo.alteredMs)} ms were altered.`,
          ] as const,
        ]
      : []),
    ...(counts.unanswered > 0
      ? [[false, `${counts.unanswered} times the bot did not answer the caller.`] as const]
      : []),
    ...(counts.underruns > 0 ? [[false, `${counts.underruns} gaps in the audio of the bot.`] as const] : []),
    ...Object.entries(failures).map(
      ([cause, count]) => [false, failureLine(cause, count, examples?.[cause])] as const,
    ),
  ];
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Load: ${escapeHtml(report.url)}</title><style>${STYLE}</style></head><body><main>
<header><p class="verdict ${verdict}">${VERDICTS[verdict]}</p><h1>${escapeHtml(report.url)}</h1>
<p>${escapeHtml(countLine(report))}.</p><p class="dim">${escapeHtml(report.startedAt)}</p></header>
<ul class="facts">${facts.map(([good, text]) => `<li class="${good ? 'good' : 'bad'}">${escapeHtml(text)}</li>`).join('')}</ul>
<h2>The bot</h2>${table(METRIC_NAMES, METRICS, report.metrics)}
<section class="charts">${charts(run)}</section>
<h2>The generator</h2><p>If these times are high, the times of the bot are not meaningful.</p>
${table(OWN_METRIC_NAMES, OWN_METRICS, report.generator.metrics)}
<section class="charts">${ownCharts(run)}</section>
<footer>Made by hookline load. Not affiliated with Genesys. Genesys, Genesys Cloud and AudioHook are trademarks of Genesys.</footer>
</main></body></html>
`;
}

function failureLine(cause: string, count: number, example: string | undefined): string {
  return `${count} calls failed: ${cause}.${example === undefined ? '' : ` The first: ${example}`}`;
}

const VERDICTS: Readonly<Record<LoadReport['verdict'], string>> = {
  passed: '✓ passed',
  missed: '✗ a threshold was missed',
  void: '✗ void: the generator did not keep pace',
};

const COLUMNS = ['count', 'min', 'mean', 'p50', 'p90', 'p95', 'p99', 'p999', 'max'] as const;

function table<Name extends MetricName | OwnMetricName>(
  names: readonly Name[],
  definitions: Readonly<Record<Name, string>>,
  metrics: Readonly<Partial<Record<Name, MetricSummary>>>,
): string {
  const rows = names.flatMap((name) => {
    const summary = metrics[name];
    if (!summary) return [];
    const cells = COLUMNS.map((column) => `<td>${formatFigure(summary[column], column === 'count')}</td>`);
    return [
      `<tr><th scope="row">${METRIC_LABELS[name]}<small>${formatCode(definitions[name])}</small></th>${cells.join('')}</tr>`,
    ];
  });
  const head = COLUMNS.map((column) => `<th scope="col">${column === 'p999' ? 'p99.9' : column}</th>`).join(
    '',
  );
  return `<div class="wide"><table><thead><tr><th scope="col">ms</th>${head}</tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
}

function formatFigure(value: number, isCount: boolean): string {
  if (isCount) return String(value);
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

/** Escapes text and renders backticks as code. */
function formatCode(text: string): string {
  return escapeHtml(text).replace(/`([^`]*)`/g, '<code>$1</code>');
}

function charts(run: LoadRun): string {
  const { steps, perStep } = groupSeconds(run.seconds);
  const labels = timeLabels(run.seconds.length);
  return [
    lineChart({
      title: 'Calls',
      unit: '',
      labels,
      lines: [
        line('live', 1, steps, ({ live }) => live),
        line('started per second', 2, steps, ({ started }) => started / perStep),
        line('failed per second', 3, steps, ({ failed }) => failed / perStep),
      ],
    }),
    lineChart({
      title: 'Times by percentile',
      unit: 'ms',
      labels: PERCENTILE_LABELS,
      lines: percentileLines(run),
    }),
    spreadChart('opened', steps, labels, ({ opened }) => opened),
    spreadChart('reply', steps, labels, ({ reply }) => reply),
  ].join('');
}

function ownCharts(run: LoadRun): string {
  const { steps } = groupSeconds(run.seconds);
  const labels = timeLabels(run.seconds.length);
  return [
    spreadChart('frame delay', steps, labels, ({ sendLate }) => sendLate),
    lineChart({
      title: 'Generator delays by percentile',
      unit: 'ms',
      labels: PERCENTILE_LABELS,
      lines: OWN_METRIC_NAMES.flatMap((name, index) => percentileLine(run, name, COLOURS[index] ?? 1)),
    }),
  ].join('');
}

function spreadChart(
  title: string,
  steps: readonly Second[],
  labels: readonly (readonly [number, string])[],
  select: (second: Second) => Spread,
): string {
  const mean = ({ count, sum }: Spread) => (count === 0 ? undefined : sum / count);
  const max = ({ count, max }: Spread) => (count === 0 ? undefined : max);
  return lineChart({
    title: `${title.slice(0, 1).toUpperCase()}${title.slice(1)} over time`,
    unit: 'ms',
    labels,
    lines: [
      line('mean', 1, steps, (step) => mean(select(step))),
      line('max', 3, steps, (step) => max(select(step))),
    ],
  });
}

function line(
  name: string,
  colour: ChartLine['colour'],
  steps: readonly Second[],
  value: (step: Second) => number | undefined,
): ChartLine {
  return { name, colour, values: steps.map(value) };
}

const COLOURS: readonly ChartLine['colour'][] = [1, 2, 3, 4, 5, 6];

const PERCENTILE_LABELS = PERCENTILES.flatMap((percentile, index) =>
  [0, 50, 90, 99, 99.9].includes(percentile)
    ? [[index / (PERCENTILES.length - 1), `p${percentile}`] as const]
    : [],
);

function percentileLines(run: LoadRun): ChartLine[] {
  return METRIC_NAMES.flatMap((name, index) => percentileLine(run, name, COLOURS[index] ?? 1));
}

function percentileLine(
  { metrics }: LoadRun,
  name: MetricName | OwnMetricName,
  colour: ChartLine['colour'],
): ChartLine[] {
  if (!metrics.summary(name)) return [];
  const values = PERCENTILES.map((percentile) => metrics.percentile(name, percentile));
  return [{ name: METRIC_LABELS[name], colour, values }];
}

/** Groups seconds into at most `MAX_POINTS` steps. */
function groupSeconds(seconds: readonly Second[]): {
  readonly steps: readonly Second[];
  readonly perStep: number;
} {
  const perStep = Math.max(1, Math.ceil(seconds.length / MAX_POINTS));
  const steps: Second[] = [];
  for (let from = 0; from < seconds.length; from += perStep) {
    const step = emptySecond();
    const group = seconds.slice(from, from + perStep);
    for (const second of group) addSecond(step, second);
    step.live = Math.max(...group.map(({ live }) => live));
    steps.push(step);
  }
  return { steps, perStep };
}

function timeLabels(seconds: number): (readonly [number, string])[] {
  const shown = (at: number) => (at >= 120 ? `${Number((at / 60).toFixed(1))} min` : `${Math.round(at)} s`);
  return [0, 0.25, 0.5, 0.75, 1].map((at) => [at, shown(at * Math.max(0, seconds - 1))] as const);
}

const STYLE = `
:root{--text:#1a1d21;--dim:#5b6470;--back:#fff;--panel:#f4f6f8;--line:#dde2e8;--good:#11734b;--bad:#b3261e;--c1:#2463c4;--c2:#8a5a00;--c3:#b3261e;--c4:#11734b;--c5:#7a3fb0;--c6:#0b7285}
@media(prefers-color-scheme:dark){:root{--text:#e8eaed;--dim:#a3abb5;--back:#14171a;--panel:#1e2327;--line:#343b42;--good:#5fce9b;--bad:#ff8a80;--c1:#7fb0ff;--c2:#e0b35a;--c3:#ff8a80;--c4:#5fce9b;--c5:#cfa3ff;--c6:#63d0e0}}
*{box-sizing:border-box}body{margin:0;background:var(--back);color:var(--text);font:15px/1.5 system-ui,sans-serif}
main{max-width:1100px;margin:0 auto;padding:24px 16px}h1{font-size:1.4rem;margin:.2em 0;overflow-wrap:anywhere}h2{font-size:1.1rem;margin:2em 0 .5em}
p{margin:.3em 0}.dim,small,footer,.key{color:var(--dim)}footer{margin-top:3em;font-size:.85rem}
.verdict{display:inline-block;padding:.15em .7em;border-radius:1em;font-weight:600;border:1px solid}.passed{color:var(--good)}.missed,.void{color:var(--bad)}
.facts{list-style:none;padding:0;margin:1.2em 0}.facts li{overflow-wrap:anywhere;padding-left:1.6em;text-indent:-1.6em}.facts li::before{display:inline-block;width:1.6em;text-indent:0}.good::before{content:"✓";color:var(--good)}.bad::before{content:"✗";color:var(--bad)}
.wide{overflow-x:auto}table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}th,td{padding:.35em .6em;text-align:right;border-bottom:1px solid var(--line);white-space:nowrap}th:first-child{text-align:left}th small{display:block;font-weight:400;white-space:normal;max-width:30em}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,440px),1fr));gap:16px;margin-top:16px}
figure{margin:0;padding:12px;background:var(--panel);border-radius:8px}figcaption{font-size:.9rem}.key{float:right;font-size:.85rem}.key span{margin-left:1em;white-space:nowrap}.key i{display:inline-block;width:.8em;height:.8em;margin-right:.35em;border-radius:2px;background:var(--c)}
svg{display:block;width:100%;height:auto}.grid{stroke:var(--line)}.tick{fill:var(--dim);font-size:12px}.line{fill:none;stroke:var(--c);stroke-width:2;stroke-linejoin:round;stroke-linecap:round}
.c1{--c:var(--c1)}.c2{--c:var(--c2)}.c3{--c:var(--c3)}.c4{--c:var(--c4)}.c5{--c:var(--c5)}.c6{--c:var(--c6)}
`;

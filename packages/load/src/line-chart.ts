/** One line of a chart. */
export interface ChartLine {
  readonly name: string;
  /** Number of the page's colour. */
  readonly colour: 1 | 2 | 3 | 4 | 5 | 6;
  /** One value per step; undefined leaves a gap. */
  readonly values: readonly (number | undefined)[];
}

/** A chart to draw. */
export interface Chart {
  readonly title: string;
  /** Unit of the values, such as `ms`; empty for a count. */
  readonly unit: string;
  readonly lines: readonly ChartLine[];
  /** Labels of the horizontal axis: position (0 to 1) and text. */
  readonly labels: readonly (readonly [at: number, text: string])[];
}

const WIDTH = 640;
const HEIGHT = 220;
const LEFT = 52;
const RIGHT = 12;
const TOP = 12;
const BOTTOM = 26;

/** Draws a line chart as a figure with an inline SVG. */
export function lineChart({ title, unit, lines, labels }: Chart): string {
  const shown = lines.filter(({ values }) => values.some((value) => value !== undefined));
  if (shown.length === 0) return '';
  const maximum = Math.max(...shown.flatMap(({ values }) => values.map((value) => value ?? 0)));
  const step = niceStep(maximum / 4);
  const top = Math.max(step, Math.ceil(maximum / step) * step);
  const y = (value: number) => toFixed(TOP + (1 - value / top) * (HEIGHT - TOP - BOTTOM));
  const x = (at: number) => toFixed(LEFT + at * (WIDTH - LEFT - RIGHT));
  const ticks = Array.from({ length: Math.round(top / step) + 1 }, (_, index) => index * step);
  const grid = ticks.map(
    (tick) =>
      `<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y(tick)}" y2="${y(tick)}"/><text class="tick" x="${LEFT - 6}" y="${y(tick)}" text-anchor="end" dominant-baseline="middle">${formatTick(tick)}</text>`,
  );
  const axisLabels = labels.map(([at, text]) => {
    const anchor = at === 0 ? 'start' : at === 1 ? 'end' : 'middle';
    return `<text class="tick" x="${x(at)}" y="${HEIGHT - 8}" text-anchor="${anchor}">${escapeHtml(text)}</text>`;
  });
  const paths = shown.map(
    ({ colour, values }) => `<path class="line c${colour}" d="${pathOf(values, x, y)}"/>`,
  );
  const key = shown.map(({ name, colour }) => `<span><i class="c${colour}"></i>${escapeHtml(name)}</span>`);
  const description = `${title}${unit === '' ? '' : ` in ${unit}`}: ${shown.map(({ name }) => name).join(', ')}`;
  return `<figure><figcaption><b>${escapeHtml(title)}</b>${unit === '' ? '' : `, ${escapeHtml(unit)}`}<span class="key">${key.join('')}</span></figcaption>
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escapeHtml(description)}">${grid.join('')}${axisLabels.join('')}${paths.join('')}</svg></figure>`;
}

/** The SVG path through the values; an isolated value becomes a point. */
function pathOf(
  values: readonly (number | undefined)[],
  x: (at: number) => string,
  y: (value: number) => string,
): string {
  const parts: string[] = [];
  const last = Math.max(1, values.length - 1);
  for (const [index, value] of values.entries()) {
    if (value === undefined) continue;
    const joins = index > 0 && values[index - 1] !== undefined;
    parts.push(`${joins ? 'L' : 'M'}${x(index / last)} ${y(value)}`);
    if (!joins && values[index + 1] === undefined) parts.push('h0.01');
  }
  return parts.join('');
}

/** The smallest of 1, 2 or 5 times a power of ten that is at least `step`. */
function niceStep(step: number): number {
  if (!(step > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(step));
  const factor = [1, 2, 5, 10].find((one) => one * power >= step) ?? 10;
  return factor * power;
}

function toFixed(value: number): string {
  return String(Number(value.toFixed(1)));
}

function formatTick(value: number): string {
  return String(Number(value.toPrecision(4)));
}

/** Escapes text for HTML. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

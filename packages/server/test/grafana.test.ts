import { readFileSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createBot } from '../src/index.js';
import { parsePrometheus } from './prometheus-text.js';

interface Panel {
  readonly id: number;
  readonly title: string;
  readonly description: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets: readonly { readonly expr: string }[];
}

const file = new URL('../../../deploy/grafana/hookline.json', import.meta.url);
const { panels }: { panels: readonly Panel[] } = JSON.parse(readFileSync(file, 'utf8'));
const expressions = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));

/** The metrics that a bot that listens shows, with the samples of each. */
async function shown() {
  const bot = createBot({ auth: { key: null } }, () => {});
  const listening = await bot.listen(0, { host: '127.0.0.1' });
  onTestFinished(() => listening.close());
  // The delay of the event loop is there when something was measured since the last time.
  let text = '';
  const ask = () => {
    text = bot.metrics();
    return text;
  };
  await expect.poll(ask).toContain('event_loop_delay_seconds');
  return parsePrometheus(text);
}

describe('the Grafana dashboard', () => {
  it('queries only metrics of a bot, and shows every metric', async () => {
    const families = await shown();
    const names = new Set(
      [...families].flatMap(([name, { type }]) =>
        type === 'histogram' ? ['_bucket', '_sum', '_count'].map((part) => name + part) : [name],
      ),
    );
    const asked = new Set(expressions.flatMap((text) => text.match(/hookline_\w+/g) ?? []));
    expect([...asked].filter((name) => !names.has(name))).toEqual([]);
    expect([...names].filter((name) => !asked.has(name))).toEqual([]);
  });

  it('groups and filters only by labels that the metrics have', async () => {
    const families = await shown();
    for (const text of expressions) {
      for (const [, by = '', family = ''] of text.matchAll(
        /by \((\w+)\) \(rate\((hookline_\w+?)(?:_bucket)?\{/g,
      )) {
        // A status is there once something was refused.
        const labelled = [...(families.get(family)?.samples.keys() ?? [])].filter((key) => key.includes('{'));
        if (family.endsWith('refused_total')) expect(by).toBe('status');
        else expect(labelled.join(), family).toContain(`${by}="`);
      }
      for (const [, values = ''] of text.matchAll(/outcome=~"([^"]*)"/g)) {
        const outcomes = [...(families.get('hookline_server_calls_total')?.samples.keys() ?? [])].join();
        for (const value of values.split('|')) expect(outcomes).toContain(`outcome="${value}"`);
      }
    }
  });

  it('describes every panel, and overlaps none', () => {
    const places = panels.map(({ gridPos: { x, y } }) => `${x} ${y}`);
    expect(new Set(places).size).toBe(panels.length);
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    for (const { title, description, gridPos } of panels) {
      expect(description, title).toMatch(/\.$/);
      expect(gridPos.x + gridPos.w, title).toBeLessThanOrEqual(24);
    }
  });
});

import { describe, expect, it } from 'vitest';
import { createBot, type Meter, type MetricOptions } from '../src/index.js';
import { idle, openCall } from './open-call.js';
import { parsePrometheus } from './prometheus-text.js';

const made = () => createBot({ auth: { key: null } }, () => {});
const own = (text: string) => text.slice(text.indexOf('# HELP hookline_demo_'));

describe('metrics of a package', () => {
  it('are contained in bot.metrics(), and counters without labels from the start', () => {
    const bot = made();
    const { meter } = bot;
    const interruptions = meter.counter('demo_interruptions_total', { help: 'Times.', labels: ['by'] });
    const calls = meter.counter('demo_calls_total', { help: 'Calls.' });
    const sessions = meter.gauge('demo_sessions', { help: 'Sessions.' });
    const seconds = meter.histogram('demo_connect_seconds', { help: 'Time.', buckets: [0.1, 1] });
    expect(own(bot.metrics())).toContain('hookline_demo_calls_total 0\n');
    interruptions.add(1, { by: 'service' });
    interruptions.add(2, { by: 'local "x"\n' });
    calls.add();
    sessions.add(3);
    sessions.add(-1);
    for (const value of [0.1, 0.5, 7]) seconds.observe(value);
    expect(own(bot.metrics())).toBe(
      [
        '# HELP hookline_demo_interruptions_total Times.',
        '# TYPE hookline_demo_interruptions_total counter',
        'hookline_demo_interruptions_total{by="service"} 1',
        'hookline_demo_interruptions_total{by="local \\"x\\"\\n"} 2',
        '# HELP hookline_demo_calls_total Calls.',
        '# TYPE hookline_demo_calls_total counter',
        'hookline_demo_calls_total 1',
        '# HELP hookline_demo_sessions Sessions.',
        '# TYPE hookline_demo_sessions gauge',
        'hookline_demo_sessions 2',
        '# HELP hookline_demo_connect_seconds Time.',
        '# TYPE hookline_demo_connect_seconds histogram',
        'hookline_demo_connect_seconds_bucket{le="0.1"} 1',
        'hookline_demo_connect_seconds_bucket{le="1"} 2',
        'hookline_demo_connect_seconds_bucket{le="+Inf"} 3',
        'hookline_demo_connect_seconds_sum 7.6',
        'hookline_demo_connect_seconds_count 3',
        '',
      ].join('\n'),
    );
    expect(parsePrometheus(bot.metrics()).size).toBeGreaterThan(15);
  });

  it('are shared by all calls under the same name', async () => {
    const { clock, bot } = await openCall((call) => {
      call.meter.counter('demo_calls_total', { help: 'Calls.' }).add();
      return idle(call);
    });
    await clock.advance(1);
    bot.meter.counter('demo_calls_total', { help: 'Calls.' }).add();
    expect(bot.metrics()).toContain('hookline_demo_calls_total 2\n');
  });

  const help = { help: 'x' };
  it.each<[(meter: Meter) => unknown, string]>([
    [(meter) => meter.counter('server_x_total', help), 'are reserved for the server'],
    [(meter) => meter.counter('Demo_x_total', help), 'lower-case letters'],
    [(meter) => meter.counter('total', help), 'lower-case letters'],
    [(meter) => meter.counter('demo_x', help), 'the name of a counter ends with "_total"'],
    [(meter) => meter.gauge('demo_x_total', help), 'the name of a counter ends with "_total"'],
    [(meter) => meter.gauge('demo_x_bucket', help), 'must not end with "_bucket"'],
    [(meter) => meter.gauge('demo_x', { help: '' }), 'help must be a sentence'],
    [(meter) => meter.gauge('demo_x', { help: 'x', labels: ['le'] }), '"le" is not a valid label name'],
    [(meter) => meter.gauge('demo_x', { help: 'x', labels: ['a', 'b', 'c', 'd', 'e'] }), 'at most 4 labels'],
    [(meter) => meter.histogram('demo_x', { help: 'x', buckets: [2, 1] }), 'numbers in ascending order'],
    [
      (meter) => meter.histogram('demo_x', { help: 'x', buckets: [Number.NaN] }),
      'numbers in ascending order',
    ],
    [(meter) => meter.histogram('demo_x', { help: 'x', buckets: [1, 1] }), 'numbers in ascending order'],
    [
      (meter) => meter.histogram('demo_x', { help: 'x', buckets: [1, Number.POSITIVE_INFINITY] }),
      'numbers in ascending order',
    ],
    [(meter) => meter.histogram('demo_x', { help: 'x', buckets: [] }), '1 to 50 numbers'],
    [(meter) => meter.histogram('demo_x', { help: 'x', buckets: [...Array(51).keys()] }), '1 to 50 numbers'],
    [
      (meter) => [meter.gauge('demo_x', help), meter.histogram('demo_x', help)],
      'already exists with another type',
    ],
    [(meter) => meter.counter('demo_x_total', help).add(Number.NaN), 'demo_x_total: add is NaN'],
    [(meter) => meter.counter('demo_x_total', help).add(-1), 'demo_x_total: add is -1'],
    [
      (meter) => meter.counter('demo_x_total', help).add(1, { by: 'x' }),
      'the labels are by; expected strings for none',
    ],
    [
      (meter) => meter.counter('demo_x_total', { help: 'x', labels: ['by'] }).add(),
      'expected strings for by',
    ],
    [
      (meter) => meter.counter('demo_x_total', { help: 'x', labels: ['by'] }).add(1, { from: 'x' }),
      'the labels are from; expected strings for by',
    ],
    [
      (meter) => meter.counter('demo_x_total', { help: 'x', labels: ['by'] }).add(1, { by: 7 as never }),
      'expected strings for by',
    ],
    [
      (meter) => [
        meter.histogram('demo_x', { help: 'x', buckets: [1] }),
        meter.histogram('demo_x', { help: 'x', buckets: [2] }),
      ],
      'other buckets',
    ],
    [
      (meter) => [meter.gauge('demo_x', help), meter.gauge('demo_x', { help: 'x', labels: ['by'] })],
      'other labels',
    ],
  ])('are refused if invalid: %s', (act, message) => {
    expect(() => act(made().meter)).toThrow(
      expect.objectContaining({ code: 'SERVER_BAD_OPTION', message: expect.stringContaining(message) }),
    );
  });

  it('accept as many buckets as they say, from below 0', () => {
    const bot = made();
    const buckets = [...Array(50).keys()].map((nth) => nth - 10);
    bot.meter.histogram('demo_x', { help: 'x', buckets }).observe(-10);
    expect(own(bot.metrics())).toContain('hookline_demo_x_bucket{le="-10"} 1\n');
    expect(own(bot.metrics()).match(/_bucket/g)).toHaveLength(51);
  });

  it('have buckets for seconds unless they are given', () => {
    const bot = made();
    bot.meter.histogram('demo_x_seconds', { help: 'x' }).observe(0.2);
    const counts = own(bot.metrics()).matchAll(/le="(.+?)"} (\d)/g);
    expect([...counts].map(([, le, count]) => `${le} ${count}`)).toEqual([
      ...['0.01 0', '0.025 0', '0.05 0', '0.1 0', '0.2 1', '0.3 1', '0.5 1', '0.75 1', '1 1', '1.5 1'],
      ...['2 1', '3 1', '5 1', '10 1', '+Inf 1'],
    ]);
  });

  it('refuse an unknown option', () => {
    const options: MetricOptions = { help: 'x', ...{ label: ['by'] } };
    expect(() => made().meter.gauge('demo_x', options)).toThrow('did you mean `labels`?');
    expect(() => made().meter.counter('demo_x_total', options)).toThrow('did you mean `labels`?');
    expect(() => made().meter.gauge('demo_x', { help: 'x', ...{ buckets: [1] } })).toThrow('buckets');
    expect(() => made().meter.histogram('demo_x', { help: 'x', ...{ bucket: [1] } })).toThrow(
      'did you mean `buckets`?',
    );
  });
});

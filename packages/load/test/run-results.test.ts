import { seededRandom } from '@hookline/runtime';
import { describe, expect, it } from 'vitest';
import { dueMs } from '../src/arrivals.js';
import { EchoDetector } from '../src/echo-detector.js';
import {
  encodeRun,
  type LoadRun,
  mergeRuns,
  parseLoadFile,
  parseRun,
  parseThreshold,
  readThresholds,
  renderHtml,
  renderLoad,
  renderProgress,
  reportLoad,
} from '../src/index.js';
import { emptySecond, NO_CALLS, recordValue } from '../src/load-run.js';
import { combineSnapshots, METRIC_NAMES, Metrics } from '../src/metrics.js';
import { planLoad } from '../src/plan.js';

/** A run whose times are drawn at random, with a long tail. */
function runOf(values: readonly number[], startedAtMs = 1_790_000_000_000): LoadRun {
  const metrics = new Metrics();
  const seconds = [emptySecond(), emptySecond()];
  for (const [index, ms] of values.entries()) {
    for (const name of METRIC_NAMES) metrics.record(name, ms);
    metrics.record('sendLate', ms / 1000);
    const second = seconds[index % 2] ?? emptySecond();
    second.started += 1;
    second.live += 1;
    recordValue(second.opened, ms);
  }
  return {
    startedAtMs,
    durationMs: 2000,
    url: 'wss://bots.example/<b>',
    processes: 1,
    maxLateMs: 50,
    counts: { ...NO_CALLS, started: values.length, opened: values.length, hungUp: values.length },
    failures: {},
    echo: { backMs: 0, lostMs: 0, alteredMs: 0 },
    seconds,
    metrics,
    cpuMs: 10,
  };
}

describe('the file of a run', () => {
  it('is read with a byte order mark too', () => {
    const text = JSON.stringify(encodeRun(runOf([1])));
    expect(parseRun(`\uFEFF${text}`, 'pod')).toEqual(parseRun(text, 'pod'));
  });
});

describe('the errors of failed calls', () => {
  const failed = (examples: Record<string, string>): LoadRun => ({
    ...runOf([]),
    counts: { ...NO_CALLS, started: 2, failed: 2 },
    failures: { 'http-status': 2 },
    examples,
  });
  const said = 'the endpoint answered HTTP 404 for /x';

  it('are kept in files, merged, and shown: the first of each cause', () => {
    const runs = [failed({ 'http-status': said }), failed({ 'http-status': 'another', dns: 'no such name' })];
    const read = runs.map((run) => parseRun(JSON.stringify(encodeRun(run)), 'pod'));
    const report = reportLoad(mergeRuns(read));
    expect(report.examples).toEqual({ 'http-status': said, dns: 'no such name' });
    expect(renderLoad(report).join('\n')).toContain(`4 failed: http-status\n  the first: ${said}`);
    expect(renderHtml(mergeRuns(read), report)).toContain(`4 calls failed: http-status. The first: ${said}`);
  });

  it('are absent in a file of an earlier version, and refused if they are no texts', () => {
    const data = encodeRun(runOf([]));
    expect(parseRun(JSON.stringify(data), 'pod').examples).toBeUndefined();
    expect(() => parseRun(JSON.stringify({ ...data, examples: { dns: 5 } }), 'pod')).toThrow(
      'pod has examples.dns 5; expected a text.',
    );
  });

  it('contain no control characters, which a bot could send to a terminal', () => {
    const report = reportLoad(mergeRuns([failed({ dns: 'a\u001b[31m\nb' })]));
    expect(report.examples).toEqual({ dns: 'a [31m b' });
  });
});

const random = seededRandom(7);
const values = Array.from({ length: 30_000 }, () => 20 + 2000 * random() ** 6 + (random() < 0.01 ? 3000 : 0));

describe('merged runs', () => {
  const whole = reportLoad(runOf(values));
  const parts = [0, 1, 2].map((part) => runOf(values.filter((_, index) => index % 3 === part)));

  it('equal a single run within 0.1 %, even after they are written and read', () => {
    const read = parts.map((run, index) => parseRun(JSON.stringify(encodeRun(run)), `pod-${index}`));
    const merged = reportLoad(mergeRuns(read));
    expect(merged.counts).toEqual(whole.counts);
    for (const name of METRIC_NAMES) {
      const [one, other] = [whole.metrics[name], merged.metrics[name]];
      for (const figure of ['count', 'min', 'mean', 'p50', 'p90', 'p95', 'p99', 'p999', 'max'] as const) {
        expect(Math.abs((other?.[figure] ?? 0) / (one?.[figure] ?? 1) - 1)).toBeLessThan(0.001);
      }
    }
  });

  it('have percentiles with an error below 0.1 %', () => {
    const sorted = [...values].sort((a, b) => a - b);
    for (const [figure, share] of [
      ['p50', 0.5],
      ['p95', 0.95],
      ['p99', 0.99],
      ['p999', 0.999],
    ] as const) {
      const exact = sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
      expect(Math.abs((whole.metrics.reply?.[figure] ?? 0) / exact - 1)).toBeLessThan(0.001);
    }
    expect(whole.metrics.reply?.max).toBeCloseTo(sorted.at(-1) ?? 0, 2);
  });

  it('are aligned by wall-clock time, second by second', () => {
    const [first, second] = [runOf([10, 20]), runOf([30, 40], 1_790_000_003_000)];
    const merged = mergeRuns([second, first]);
    expect(merged.startedAtMs).toBe(first.startedAtMs);
    expect(merged.durationMs).toBe(5000);
    expect(merged.seconds.map(({ started }) => started)).toEqual([1, 1, 0, 1, 1]);
    expect(merged.seconds[3]?.opened).toEqual({ count: 1, sum: 30, max: 30 });
  });

  it.each([
    ['invalid JSON', 'no JSON', /pod-1 is not JSON/],
    ['another format', '{"format":"k6"}', /pod-1 has format "k6"; expected "hookline-load"/],
    [
      'a later version',
      '{"format":"hookline-load","schemaVersion":9}',
      /schemaVersion 9; this version reads 1/,
    ],
    ['a list', '[]', /pod-1 has no object as the file/],
    [
      'a broken histogram',
      JSON.stringify({ ...encodeRun(runOf([1])), histograms: { reply: 'AAAA' } }),
      /pod-1 has a histogram that cannot be read/,
    ],
    [
      'a wrong count',
      JSON.stringify({ ...encodeRun(runOf([1])), counts: { started: -1 } }),
      /counts\.started -1/,
    ],
  ])('are refused for %s', (_, text, message) => {
    expect(() => parseRun(text, 'pod-1')).toThrow(message);
  });
});

describe('arrivals', () => {
  const times = (options: Parameters<typeof planLoad>[0]) => {
    const { arrivals } = planLoad(options);
    const due: number[] = [];
    for (let at = dueMs(0, arrivals); at !== undefined; at = dueMs(due.length, arrivals)) due.push(at);
    return due;
  };

  it('are evenly spaced, up to the number of calls or the duration', () => {
    expect(times({ rate: 4, calls: 5 })).toEqual([0, 250, 500, 750, 1000]);
    expect(times({ rate: 4, durationMs: 1000 })).toEqual([0, 250, 500, 750]);
    expect(times({ rate: 4, durationMs: 1000, calls: 2 })).toEqual([0, 250]);
    expect(times({}).length).toBe(30);
  });

  it('increase from 0 to the full rate during the ramp', () => {
    const due = times({ rate: 100, rampMs: 10_000, durationMs: 20_000 });
    const within = (from: number, to: number) => due.filter((at) => at >= from && at < to).length;
    expect(within(0, 10_000)).toBe(500);
    expect(within(0, 5000)).toBe(125);
    expect(within(10_000, 20_000)).toBe(1000);
    expect(due).toEqual([...due].sort((a, b) => a - b));
  });

  it.each([
    [{ rate: 0 }, 'rate is 0'],
    [{ rate: Number.NaN }, 'rate is NaN'],
    [{ calls: 1.5 }, 'calls is 1.5'],
    [{ holdMs: -1 }, 'holdMs is -1'],
    [{ frameMs: 10 }, 'frameMs is 10'],
  ])('and other options are refused if invalid: %j', (options, message) => {
    expect(() => planLoad(options)).toThrow(message);
  });

  it('are refused with an unknown option', () => {
    const misspelt: object = { rat: 5 };
    expect(() => planLoad(misspelt)).toThrow('did you mean `rate`?');
  });
});

describe('a threshold', () => {
  it('is parsed from text and from a load file', () => {
    expect(parseThreshold('reply.p95=1200ms')).toEqual({ metric: 'reply', figure: 'p95', most: 1200 });
    expect(parseThreshold('opened.max=1.5s')).toEqual({ metric: 'opened', figure: 'max', most: 1500 });
    expect(parseThreshold('failed=0.5%')).toEqual({ metric: 'failed', most: 0.005 });
    expect(parseThreshold('lost=0ms')).toEqual({ metric: 'lost', most: 0 });
    expect(readThresholds({ reply: { p95: '1200ms', p50: '1s' }, failed: '2%' })).toEqual([
      { metric: 'reply', figure: 'p95', most: 1200 },
      { metric: 'reply', figure: 'p50', most: 1000 },
      { metric: 'failed', most: 0.02 },
    ]);
  });

  it.each([
    ['reply', /expected METRIC\.FIGURE=TIME/],
    ['replys.p95=1s', /unknown metric "replys"; did you mean reply\?/],
    ['reply.p59=1s', /no figure "p59"; did you mean p50\?|no figure "p59"; did you mean p5/],
    ['reply=1s', /needs a figure/],
    ['reply.p95=1200', /reply\.p95 is "1200"; expected a time such as 800ms/],
    ['failed=3', /expected a share of all calls, such as 1%/],
    ['reply.p95.max=1200ms', /^threshold: reply has no figure "p95\.max"; /],
    ['failed.p95=1%', /failed has no figure/],
    ['failed.=1%', /failed has no figure ""/],
  ])('is refused with the expected form: %s', (text, message) => {
    expect(() => parseThreshold(text)).toThrow(message);
  });

  it('is missed if nothing was measured; without one for failed calls, 1 % is the limit', () => {
    const nothing = { ...runOf([]), counts: { ...NO_CALLS, started: 10, hungUp: 9, failed: 1 } };
    const { thresholds, verdict } = reportLoad(nothing, [{ metric: 'reply', figure: 'p95', most: 1000 }]);
    expect(thresholds).toEqual([
      { name: 'reply.p95', most: 1000, unit: 'ms', got: undefined, met: false },
      { name: 'failed', most: 0.01, unit: 'share', got: 0.1, met: false },
    ]);
    expect(verdict).toBe('missed');
    expect(reportLoad(nothing, [{ metric: 'failed', most: 0.1 }]).verdict).toBe('passed');
  });
});

describe('a load file', () => {
  it('contains the values of flags, and paths relative to itself', () => {
    const text = `# nightly
url: ws://localhost:8080/book
rate: 20
ramp: 30s
wav: [hello.wav, /abs/table.wav]
inputs: { customerId: "42" }
thresholds:
  reply: { p95: 1200ms }
  failed: 1%
`;
    expect(parseLoadFile(text, '/work/night/nightly.load.yaml')).toEqual({
      flags: { url: 'ws://localhost:8080/book', rate: '20', ramp: '30s' },
      places: {
        url: '/work/night/nightly.load.yaml:2:1',
        rate: '/work/night/nightly.load.yaml:3:1',
        ramp: '/work/night/nightly.load.yaml:4:1',
      },
      wavs: ['/work/night/hello.wav', '/abs/table.wav'],
      inputs: { customerId: '42' },
      thresholds: [
        { metric: 'reply', figure: 'p95', most: 1200 },
        { metric: 'failed', most: 0.01 },
      ],
    });
    expect(parseLoadFile('{"rate": 3}', 'x.json').flags).toEqual({ rate: '3' });
  });

  it('takes the options of the target, of TLS and of the reports, and switches; paths are relative to itself', () => {
    const text = `base-uri: wss://bots.example/v1
connector-id: book
org-id: 30b0e395-84d3-4570-ac13-9a62d8f514c0
ca: ca.pem
insecure: false
allow-ws: true
silence: true
tts: espeak-ng -w {out} {text}
out: run.hdr.json
html: /abs/load.html
`;
    expect(parseLoadFile(text, '/work/night/nightly.load.yaml').flags).toEqual({
      'base-uri': 'wss://bots.example/v1',
      'connector-id': 'book',
      'org-id': '30b0e395-84d3-4570-ac13-9a62d8f514c0',
      ...{ ca: '/work/night/ca.pem', insecure: 'false', 'allow-ws': 'true', silence: 'true' },
      ...{ tts: 'espeak-ng -w {out} {text}', out: '/work/night/run.hdr.json', html: '/abs/load.html' },
    });
    expect(parseLoadFile('silence: false\nwav: a.wav\n', '/w/x.yaml').wavs).toEqual(['/w/a.wav']);
  });

  it.each([
    ['silence: yes\n', 'x.yaml:1:1: silence is the string "yes"; expected true or false'],
    ['rate: 3\nwav: []\n', 'x.yaml:2:1: wav is an empty list; expected a path, or silence: true'],
    ['silence: true\nwav: a.wav\n', 'x.yaml:1:1: silence and wav cannot be used together'],
    ['scenario: a.call.yaml\nsilence: true\n', 'x.yaml:2:1: silence and scenario cannot be used together'],
    ['base-uri: ws://a\nurl: ws://b/c\n', 'x.yaml:2:1: url and base-uri cannot be used together'],
    ['url: ws://b/c\nconnector-id: c\n', 'x.yaml:1:1: url and connector-id cannot be used together'],
    ['client-secret: c2VjcmV0\n', 'x.yaml:1:1: client-secret cannot be set in a load file'],
    [
      'rate: 3\nno-sign: true\n',
      'x.yaml:2:1: no-sign cannot be set in a load file, which names no credentials; use the flag --no-sign or',
    ],
    ['rate: 3\nrmap: 3s\n', 'x.yaml:2:1: unknown field "rmap"; did you mean ramp?'],
    ['rate: {\n', 'x.yaml:2:1'],
    ['rate: 3\nrate: 4\n', 'x.yaml:2:1'],
    ['- rate\n', 'x.yaml:1:1: expected fields such as url and rate'],
    ['thresholds: { replys: { p95: 1s } }\n', 'x.yaml:1:15: unknown metric "replys"; did you mean reply?'],
    ['thresholds:\n  failed: 1%\n  reply:\n    p95: 1s\n    p99: fast\n', 'x.yaml:5:5: reply.p99 is "fast"'],
    ['url: *foo\n', 'x.yaml:1:1: Unresolved alias'],
    ['inputs: &all\n  a: *all\n', 'x.yaml:1:1: '],
    ['scenario: a.call.yaml\nwav: a.wav\n', 'x.yaml:2:1: wav and scenario cannot be used together'],
    [
      'inputs: { customerId: 42 }\n',
      'x.yaml:1:1: customerId is 42; variables of Architect are strings: quote it',
    ],
    ['wav: 3\n', 'x.yaml:1:1: expected the path of a WAV file'],
    ['rate: [1]\n', 'x.yaml:1:1: expected one value'],
    ['rate: 3\ntalk: sideways\n', 'x.yaml:2:1: talk is the string "sideways"; expected turns or over'],
    ['limits: none\n', 'x.yaml:1:1: limits is the string "none"; expected genesys or off'],
  ])('is refused with line and column: %j', (text, message) => {
    expect(() => parseLoadFile(text, 'x.yaml')).toThrow(message);
  });
});

describe('a report', () => {
  const run = runOf(values.slice(0, 500));
  const report = reportLoad(run, [parseThreshold('reply.p95=1ms')]);

  it('is one HTML page without scripts or external resources, with every chart', () => {
    const html = renderHtml(run, report);
    expect(html).not.toMatch(/<script|<link|<img|https?:\/\/|@import|url\(/);
    expect(html).not.toContain('<b>bots');
    expect(html).toContain('&#60;b&#62;');
    expect(html.match(/<svg /g)?.length).toBeGreaterThanOrEqual(4);
    expect(html).toContain('✗ a threshold was missed');
    expect(html).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('can be rendered for an empty run', () => {
    const empty = runOf([]);
    expect(renderHtml(empty, reportLoad(empty))).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('can be rendered as ASCII text', () => {
    const lines = renderLoad(report, { unicode: false });
    expect(lines.join('\n')).toMatch(/x reply\.p95 is \d+ ms, expected 1 ms at most/);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the expression matches everything except ASCII
    expect(lines.join('\n')).not.toMatch(/[^\x00-\x7f]/);
  });
});

describe('the echo detector', () => {
  const speech = (ms: number, seed: number) => {
    const random = seededRandom(seed);
    return Uint8Array.from({ length: ms * 8 }, () => Math.floor(random() * 120));
  };

  it('recognizes returned audio regardless of its frame sizes', () => {
    const detector = new EchoDetector();
    const all = speech(1000, 1);
    for (let at = 0; at < 8000; at += 1600) detector.sent(all.subarray(at, at + 1600));
    for (let at = 0; at < 8000; at += 333) detector.received(all.subarray(at, Math.min(8000, at + 333)));
    expect(detector.summary).toEqual({ backMs: 1000, lostMs: 0, alteredMs: 0 });
  });

  it('measures lost audio, even at the start of a frame, and altered audio', () => {
    const detector = new EchoDetector();
    const all = speech(1000, 2);
    detector.sent(all);
    detector.received(all.subarray(0, 1600));
    detector.received(all.subarray(2000, 3200));
    detector.received(speech(100, 3));
    detector.received(all.subarray(4000, 8000));
    expect(detector.summary).toEqual({ backMs: 850, lostMs: 50, alteredMs: 100 });
  });

  it('counts audio as lost if the bot stops echoing', () => {
    const detector = new EchoDetector();
    const all = speech(20_000, 4);
    detector.sent(all.subarray(0, 1600));
    detector.received(all.subarray(0, 1600));
    for (let at = 1600; at < all.length; at += 1600) detector.sent(all.subarray(at, at + 1600));
    expect(detector.summary).toEqual({ backMs: 200, lostMs: 9800, alteredMs: 0 });
  });

  it('ignores silence: it is neither lost nor evidence of an echo', () => {
    const detector = new EchoDetector();
    const silence = new Uint8Array(1600).fill(0xff);
    const all = speech(200, 5);
    for (const frame of [silence, silence, all]) detector.sent(frame);
    detector.received(silence);
    expect(detector.summary).toBeUndefined();
    detector.received(all);
    expect(detector.summary).toEqual({ backMs: 200, lostMs: 0, alteredMs: 0 });
  });
});

describe('progress', () => {
  it('is rendered as a table of at most 76 columns: calls, causes, times so far, the generator', () => {
    const { metrics } = runOf(Array.from({ length: 1000 }, (_, index) => 200 + index));
    const lines = renderProgress({
      elapsedMs: 3_600_400,
      live: 20_000,
      counts: { ...NO_CALLS, started: 50_000, completed: 29_000, hungUp: 900, stopped: 97, failed: 3 },
      failures: { refused: 2, 'bot-error': 1 },
      second: { ...emptySecond(), started: 1000 },
      metrics: metrics.snapshot,
    });
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(76);
    expect(lines.slice(0, 5)).toEqual([
      '3600 s  live 20000  started 50000 (+1000/s)  succeeded 29997  failed 3',
      '  failed: 2 refused, 1 bot-error',
      '  times in ms            count     p50     p95     p99     max',
      '  connect                 1000     699    1150    1190    1199',
      '  opened                  1000     699    1150    1190    1199',
    ]);
    expect(lines.slice(-2)).toEqual([
      '  the generator',
      '  frame delay             1000     0.7    1.15    1.19     1.2',
    ]);
  });

  it('omits metrics without measurements', () => {
    const nothing = { elapsedMs: 0, live: 0, counts: NO_CALLS, failures: {}, second: emptySecond() };
    expect(renderProgress({ ...nothing, metrics: {} })).toHaveLength(2);
  });

  it('of several processes has the sum of the counts and the maximum of each time', () => {
    const [quick, slow] = [runOf([1, 2, 3]), runOf([100])].map(({ metrics }) => metrics.snapshot);
    const combined = { count: 4, p50: 100, p95: 100, p99: 100, max: 100 };
    expect(combineSnapshots([quick ?? {}, slow ?? {}, {}]).reply).toEqual(combined);
    expect(combineSnapshots([{}, slow ?? {}, quick ?? {}]).reply).toEqual(combined);
  });
});

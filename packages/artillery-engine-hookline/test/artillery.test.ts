import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parrot } from '@hookline/bots';
import { type Bot, createBot, createRouter, type Listening } from '@hookline/server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readCallStep } from '../src/call-step.js';
import HooklineEngine from '../src/index.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
/** Installed by `npm run setup:system`, outside of the checkout because it brings some 970 packages. */
const artillery = join(homedir(), '.cache/hookline/artillery-2.0.21/node_modules/artillery/bin/run');
const built = join(root, 'packages/artillery-engine-hookline/dist/index.cjs');
const folder = mkdtempSync(join(tmpdir(), 'hookline-artillery-'));

let bot: Bot;
let listening: Listening;
beforeAll(async () => {
  bot = createBot({ auth: { key: Buffer.from('a client secret') } }, createRouter().bot('parrot', parrot()));
  listening = await bot.listen(0, { host: '127.0.0.1' });
});
afterAll(async () => {
  await listening.close();
  rmSync(folder, { recursive: true });
});

const SECRET = Buffer.from('a client secret').toString('base64');

interface Vu {
  readonly vars: Record<string, unknown>;
}

/** Runs a flow on the engine as Artillery does. */
async function runFlow(
  flow: readonly unknown[],
  engine: Readonly<Record<string, unknown>> = { apiKey: 'key', clientSecret: SECRET },
) {
  const emitted: (readonly unknown[])[] = [];
  const events = { emit: (...words: readonly unknown[]) => void emitted.push(words) };
  const helpers = {
    template: (value: unknown, { vars }: Vu) =>
      typeof value === 'string'
        ? value.replace(/{{ (\w+) }}/g, (_, name: string) => String(vars[name]))
        : value,
    createThink: () => (context: Vu, done: (error: null, context: Vu) => void) => done(null, context),
  };
  const script = { config: { target: listening.url, engines: { hookline: engine } } };
  const task = new HooklineEngine(script, {}, helpers).createScenario({ flow }, events);
  const error = await new Promise<Error | null>((resolve) => task({ vars: { who: 'parrot' } }, resolve));
  const byKind = (kind: string) => emitted.filter(([name]) => name === kind).map(([, ...rest]) => rest);
  return {
    error,
    histograms: byKind('histogram'),
    counters: byKind('counter'),
    errors: byKind('error'),
    started: byKind('started'),
  };
}

describe.concurrent('the engine', () => {
  test('makes the calls of a flow in sequence, and emits the measurements of each', async () => {
    const call = { call: { connectorId: '{{ who }}', hold: '300ms' } };
    const { error, histograms, counters, started } = await runFlow([call, { think: 1 }, call]);
    expect(error).toBeNull();
    expect(started).toHaveLength(1);
    expect(counters.filter(([name, count]) => name === 'hookline.calls.hung_up' && count === 1)).toHaveLength(
      2,
    );
    const names = new Set(histograms.map(([name]) => name));
    expect(names).toContain('hookline.opened_ms');
    expect(names).toContain('hookline.send_late_ms');
  });

  test('fails the virtual user of a call that fails, with its cause', async () => {
    const { error, counters, errors } = await runFlow([{ call: { connectorId: 'parrot' } }], {
      apiKey: 'wrong',
    });
    expect(error?.message).toBe('unauthorized');
    expect(errors).toEqual([['hookline: unauthorized']]);
    expect(counters).toContainEqual(['hookline.failures.unauthorized', 1]);
  });

  test.each([
    [{ cal: {} }, 'flow[0]: the engine hookline knows no step "cal"; did you mean call?'],
    [
      { call: { conectorId: 'x' } },
      'flow[0].call: there is no field "conectorId"; did you mean connectorId?',
    ],
    [
      { call: { hold: 'long' } },
      'flow[0].call.hold is "long"; expected seconds, or a time such as 500ms or 20s',
    ],
    [{ call: { talk: 'loud' } }, 'flow[0].call.talk is "loud"; expected turns or over'],
    ['call', 'flow[0] is "call"; expected fields'],
  ])('refuses a step that it does not know before any call: %j', (step, message) => {
    expect(() => readCallStep(step, 0, String)).toThrow(message);
  });

  test('accepts times in seconds, as in Artillery, and with a unit', () => {
    const holdMs = (hold: unknown) => readCallStep({ call: { hold } }, 0, String).holdMs;
    expect([holdMs(20), holdMs('20'), holdMs('500ms'), holdMs('2m')]).toEqual([20_000, 20_000, 500, 120_000]);
  });
});

describe.skipIf(!existsSync(built))('the engine as it is built', () => {
  test('is the class itself, for require and for import', () => {
    const program = `import { createRequire } from 'node:module';
      const required = createRequire(import.meta.url)(${JSON.stringify(built)});
      const { default: imported } = await import(${JSON.stringify(built)});
      console.log(typeof required.prototype.createScenario, imported === required);`;
    const said = execFileSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' });
    expect(said).toBe('function true\n');
  });
});

describe.skipIf(!existsSync(artillery) || !existsSync(built))('Artillery 2.0.21 with the engine', () => {
  test('makes calls, reports their times, and fails if a threshold is missed', {
    timeout: 60_000,
  }, async () => {
    const { code, output, report } = await runArtillery();
    const { counters, summaries } = report.aggregate;
    expect(counters).toMatchObject({
      'vusers.completed': 2,
      'vusers.failed': 0,
      'hookline.calls.opened': 2,
      'hookline.calls.failed': 0,
    });
    expect(summaries['hookline.first_audio_ms']).toMatchObject({ count: 2 });
    expect(summaries['hookline.first_audio_ms']?.['p95']).toBeGreaterThan(500);
    expect(output).toMatch(/ok: hookline\.opened_ms\.p95 < 5000/);
    expect(output).toMatch(/fail: hookline\.first_audio_ms\.p95 < 1/);
    expect(code).toBe(1);
  });
});

interface ArtilleryReport {
  readonly aggregate: {
    readonly counters: Readonly<Record<string, number>>;
    readonly summaries: Readonly<Record<string, Readonly<Record<string, number>>>>;
  };
}

/** Runs Artillery on two calls: its exit code, what it prints, and its report. */
async function runArtillery() {
  const script = {
    config: {
      target: listening.url,
      engines: { hookline: { apiKey: 'key', clientSecret: SECRET } },
      phases: [{ duration: 1, arrivalCount: 2 }],
      plugins: { ensure: {} },
      ensure: { thresholds: [{ 'hookline.opened_ms.p95': 5000 }, { 'hookline.first_audio_ms.p95': 1 }] },
    },
    scenarios: [{ engine: 'hookline', flow: [{ call: { connectorId: 'parrot', hold: 4 } }] }],
  };
  const [scriptFile, reportFile] = [join(folder, 'script.json'), join(folder, 'report.json')];
  writeFileSync(scriptFile, JSON.stringify(script));
  const child = spawn(process.execPath, [artillery, 'run', '--output', reportFile, scriptFile], {
    env: {
      ...process.env,
      ARTILLERY_DISABLE_TELEMETRY: 'true',
      // Finds the engine here, so that nothing is written into Artillery's installation.
      NODE_PATH: join(root, 'node_modules'),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (bytes) => {
      output += bytes;
    });
  const [code] = await once(child, 'close');
  const report: ArtilleryReport = JSON.parse(readFileSync(reportFile, 'utf8'));
  return { code, output, report };
}

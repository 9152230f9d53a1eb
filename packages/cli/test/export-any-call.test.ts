import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeMulaw, sine } from '@hookline/audio';
import { NULL_UUID, PCMU_EXTERNAL } from '@hookline/protocol';
import { readScenarios, type Scenario } from '@hookline/scenario';
import { audioLine, eventLine, headerLine, readTrace, type Trace } from '@hookline/trace';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { readRecordedCall } from '../src/replay/recorded-call.js';
import { exportScenario } from '../src/run/export-scenario.js';
import { hookline } from './hookline.js';

const ID = '3f9f6d5e-0000-4000-8000-000000000001';
const folder = mkdtempSync(join(tmpdir(), 'hookline-export-any-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Recorded {
  readonly ani?: string;
  readonly inputs?: Readonly<Record<string, string>>;
  /** The data of its turn. */
  readonly turn?: object;
  readonly outputs?: Readonly<Record<string, unknown>>;
  /** How the call ended; default: the bot completed it. */
  readonly end?: 'completed' | 'lost';
  /** In milliseconds after `opened`. */
  readonly endMs?: number;
  /** The row of the caller's audio. */
  readonly audio?: string;
}

/** The trace of a call with one key and one turn, as text. */
function traceText(recorded: Recorded) {
  const { ani = '', inputs, turn = {}, outputs = {}, end = 'completed', endMs = 1000, audio = '' } = recorded;
  let seq = 0;
  const message = (t: number, dir: 'in' | 'out', type: string, parameters: object) => {
    seq += 1;
    const counters = dir === 'out' ? { serverseq: 0, position: 'PT0.0S' } : { clientseq: 1 };
    return eventLine({
      kind: 'message',
      t,
      dir,
      text: JSON.stringify({ version: '2', id: ID, type, seq, ...counters, parameters }),
    });
  };
  const participant = { id: ID, ani, aniName: '', dnis: '' };
  const media = [PCMU_EXTERNAL];
  return [
    headerLine({
      format: 'hookline-trace',
      schemaVersion: 1,
      vantage: 'client',
      started: '2026-11-29T00:00:00.000Z',
      url: 'ws://localhost/b',
      codec: 'PCMU',
      rate: 8000,
      channels: ['external'],
      redactions: [],
    }),
    message(0, 'out', 'open', {
      organizationId: NULL_UUID,
      conversationId: ID,
      participant,
      media,
      ...(inputs ? { inputVariables: inputs } : {}),
    }),
    message(0, 'in', 'opened', { startPaused: false, media }),
    message(300, 'out', 'dtmf', { digit: '1' }),
    message(400, 'in', 'event', { entities: [{ type: 'bot_turn_response', data: turn }] }),
    audio,
    end === 'completed'
      ? message(endMs, 'in', 'disconnect', { reason: 'completed', outputVariables: outputs })
      : eventLine({ kind: 'end', t: endMs, by: 'loss', code: 1006, reason: '' }),
  ].join('');
}

function exported(trace: Trace, name = 'recorded', connectorId = 'bot') {
  return exportScenario(trace, readRecordedCall(trace, 'it'), { name, stem: name, connectorId }).text;
}

/** The scenario that an exported file contains; fails if `run` would refuse the file. */
async function scenarioOf(recorded: Recorded, name?: string, connectorId?: string): Promise<Scenario> {
  const text = exported(readTrace(traceText(recorded)), name, connectorId);
  const { problems, scenarios } = await readScenarios(text, 'recorded.call.yaml');
  expect(problems).toEqual([]);
  const [scenario] = scenarios;
  if (!scenario) throw new Error('no scenario');
  return scenario;
}

/** Texts with what is special in YAML, in scenarios or in patterns. */
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    `\${amount}`,
    `$\${x}`,
    `\${$}`,
    '/x/',
    'a: b #c',
    '***',
    '\u2028\u0085\ufeff',
    '\ud83d',
    ' ',
  ),
);

/** The last segment of a path is encoded. */
const connectorId = fc.webSegment();

describe('an exported scenario', () => {
  test('is one that run accepts, and expects and sends the recorded texts', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          said: text,
          sent: text,
          ani: text,
          name: text,
          connectorId,
          output: fc.jsonValue(),
        }),
        fc.record({ input: text, key: text, disposition: text }),
        async ({ said, sent, ani, name, connectorId, output }, { input, key, disposition }) => {
          const scenario = await scenarioOf(
            {
              ani,
              inputs: { [input]: sent },
              turn: { disposition, text: said },
              outputs: { [key]: output, said },
            },
            // The name of a file is never empty.
            `a${name}`,
            connectorId,
          );
          if (input !== '') expect(scenario.call.inputs?.[input]).toBe(sent);
          expect(scenario.call.conversation.ani ?? '').toBe(ani);
          expect(scenario.call.connectorId ?? '').toBe(connectorId);
          const expectation = scenario.steps.find((step) => step.kind === 'expect')?.expectation;
          const facts = expectation?.kind === 'event' ? expectation.facts : [];
          const rule = facts.find(({ fact }) => fact === 'text');
          expect(rule && 'text' in rule && rule.text.matches(said)).toBe(true);
          const returned = typeof output === 'string' ? output : JSON.stringify(output);
          if (key !== 'said') expect(scenario.end.outputs?.[key]?.matches(returned)).toBe(true);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('expects only a disposition that a scenario can expect', async () => {
    const [, step] = (await scenarioOf({ turn: { disposition: 'MATCH' } })).steps;
    expect(step?.text).toBe('expect turn');
  });

  test('waits for an end that came late', async () => {
    expect((await scenarioOf({ endMs: 12_400 })).end).toMatchObject({ path: 'success', withinMs: 18_000 });
    expect((await scenarioOf({})).end).toMatchObject({ path: 'success', withinMs: 10_000 });
  });

  test('expects the failure path if the connection of the bot was lost', async () => {
    expect((await scenarioOf({ end: 'lost' })).end.path).toBe('failure');
  });

  test('expects the failure path if the recorded call failed although the bot completed it', async () => {
    const trace = { ...readTrace(traceText({})), result: { path: 'failure' } };
    expect(exported(trace)).toContain('\nend: { path: failure }\n');
  });

  test('is not written if a file of its audio exists already', async () => {
    const dir = join(folder, 'trace');
    mkdirSync(dir);
    const tone = encodeMulaw(sine({ hz: 440, ms: 1000, dbfs: -10 }));
    const sizes = Array.from({ length: 5 }, () => 1600);
    const arrivalsMs = sizes.map((_, index) => index * 200);
    const said = {
      kind: 'audio',
      t: 600,
      dir: 'out',
      frames: 5,
      bytes: tone.length,
      sizes,
      arrivalsMs,
    } as const;
    writeFileSync(join(dir, 'trace.ndjson'), traceText({ endMs: 3000, audio: audioLine(said, 0) }));
    writeFileSync(join(dir, 'caller.raw'), tone);
    writeFileSync(join(folder, 'order #5-1.wav'), '');
    const run = await hookline(['run', '--export', dir, 'order #5.call.yaml'], { cwd: folder });
    expect([run.code, run.stderr]).toEqual([
      2,
      'hookline: --export cannot write "order #5-1.wav": it exists already; choose another name, or remove that file.\n',
    ]);
    expect(existsSync(join(folder, 'order #5.call.yaml'))).toBe(false);
    rmSync(join(folder, 'order #5-1.wav'));
    const again = await hookline(['run', '--export', dir, 'order #5.call.yaml'], { cwd: folder });
    expect([again.code, again.stderr]).toEqual([0, '']);
    const listed = await hookline(['run', 'order #5.call.yaml', '--list'], { cwd: folder });
    expect([listed.code, listed.stderr]).toEqual([0, '']);
  });
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { callAudioConnector, defineIntegration } from '@hookline/client';
import { ScriptedServer } from '@hookline/client/testing';
import { VirtualClock } from '@hookline/runtime';
import { readScenarios } from '@hookline/scenario';
import { createTraceWriter, openTrace } from '@hookline/trace/node';
import { afterAll, describe, expect, test } from 'vitest';
import { actionOf, playCaller } from '../src/replay/play-caller.js';
import { readRecordedCall } from '../src/replay/recorded-call.js';
import { exportScenario } from '../src/run/export-scenario.js';
import { hookline } from './hookline.js';

const folder = mkdtempSync(join(tmpdir(), 'hookline-odd-language-'));
afterAll(() => rmSync(folder, { recursive: true }));

function scripted() {
  const clock = new VirtualClock();
  const server = new ScriptedServer(clock);
  const integration = defineIntegration({
    baseConnectionUri: 'wss://bots.example',
    apiKey: 'key',
    clientSecret: null,
    dial: server.dial,
  });
  return { clock, server, integration };
}

/** Records a call of other software, whose languages are no tags. */
async function record() {
  const { clock, integration } = scripted();
  const dir = join(mkdtempSync(join(folder, 'call-')), 'trace');
  const writer = createTraceWriter({ dir, vantage: 'client', clock, url: 'wss://bots.example/bot' });
  const call = callAudioConnector({
    integration,
    connectorId: 'bot',
    clock,
    conversation: { language: '' },
    wireStyle: { languages: 'asGiven' },
    sink: writer,
  });
  await clock.advance(1000);
  call.setLanguage('French (Canada)');
  await clock.advance(1000);
  call.setLanguage('de');
  await clock.advance(1000);
  call.hangup();
  writer.result(await clock.run(call.result));
  await clock.run(call.closed);
  await writer.close();
  return { dir, trace: await openTrace(dir) };
}

describe('a recorded call whose languages are no tags', () => {
  test('is replayed with these languages', async () => {
    const { trace } = await record();
    const recorded = readRecordedCall(trace, 'trace');
    const { clock, server, integration } = scripted();
    const action = actionOf(recorded, integration, {}, 1);
    const call = callAudioConnector({ ...action, connectorId: 'bot', clock });
    playCaller(recorded, call, clock);
    await clock.run(call.closed);
    expect(server.of('open')[0]?.parameters.language).toBe('');
    expect(server.of('update').map(({ parameters }) => parameters.language)).toEqual([
      'French (Canada)',
      'de',
    ]);
  });

  test('is replayed with another language only if that is a tag', async () => {
    const { dir } = await record();
    const run = await hookline(['replay', dir, '--to', 'ws://localhost:1/bot', '--language', 'no tag'], {
      cwd: folder,
    });
    expect([run.code, run.stderr]).toEqual([
      2,
      expect.stringContaining('--language takes a BCP 47 language tag, such as en-US; got "no tag".'),
    ]);
  });

  test('is exported without them, and says so', async () => {
    const { trace } = await record();
    const { text } = exportScenario(trace, readRecordedCall(trace, 'trace'), {
      name: 'odd',
      stem: 'odd',
      connectorId: 'bot',
    });
    expect(text).toContain(
      '\n# Not repeated, because a scenario accepts only language tags such as en-US: "", "French (Canada)"\n',
    );
    expect(text.match(/language: .*/g)).toEqual(['language: "de"']);
    expect((await readScenarios(text, 'odd.call.yaml')).problems).toEqual([]);
  });
});

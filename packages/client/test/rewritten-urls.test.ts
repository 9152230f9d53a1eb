import { VirtualClock } from '@hookline/runtime';
import { describe, expect, it } from 'vitest';
import { verifies } from '#verifies';
import { callAudioConnector, defineIntegration } from '../src/index.js';
import { ScriptedServer } from '../src/testing/index.js';
import { failure, integration, scriptedCall } from './scripted-call.js';

const REWRITTEN: readonly [string, string, string][] = [
  ['a/../b', '".." is resolved', 'remove the segment'],
  ['..', '".." is resolved', 'remove the segment'],
  ['./a', '"." is resolved', 'remove the segment'],
  ['a/.?x=1', '"." is resolved', 'remove the segment'],
  ['a/%2E./b', '"%2E." is resolved', 'remove the segment'],
  ['a\\b', String.raw`"\\" is turned into "/"`, 'or %5C for'],
  ['book ', '" " is dropped', 'or write %20 for'],
  ['a\tb', String.raw`"\t" is dropped`, 'or write %09 for'],
  ['a?x=1\n', String.raw`"\n" is dropped`, 'or write %0A for'],
  ['a\0', String.raw`"\u0000" is dropped`, 'or write %00 for'],
  ['a?', '"?" is dropped', 'remove it'],
];

describe('a URL that would be dialled other than it is written is refused', () => {
  it.each(REWRITTEN)(
    verifies('AC-CONN-1', 'for the Connector ID %j, and the error says that %s'),
    (connectorId, part, fix) => {
      const call = () => callAudioConnector({ integration, connectorId });
      for (const words of [/^connectorId is "wss:/, part, fix]) expect(call).toThrow(words);
    },
  );

  it.each(REWRITTEN)(
    'for a Base Connection URI that ends with %j, and the error says that %s',
    (end, part, fix) => {
      const base = () =>
        defineIntegration({ baseConnectionUri: `wss://bots.example/v1/${end}`, apiKey: 'key' });
      for (const words of [/^baseConnectionUri is "wss:/, part, fix]) expect(base).toThrow(words);
    },
  );

  it('for a Connector ID that is computed, on the failure path', async () => {
    const { call, clock } = scriptedCall({ connectorId: () => '..' });
    const { cause, failureOutputs } = failure(await clock.run(call.result));
    expect(cause).toBe('invalid-action');
    expect(failureOutputs.errorMessage).toContain('".." is resolved');
  });

  it('and every other one is dialled as it is written, but for percent-encoding', async () => {
    const characters = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code));
    const ids = characters
      .filter((one) => one !== '#')
      .flatMap((one) => [one, `${one}a`, `a${one}b`, `a/${one}${one}/b`, `a?${one}`, `a?b${one}c`])
      // These are one `/` between the base and the Connector ID. (AC-CONN-2)
      .filter((id) => !id.startsWith('/'));
    const clock = new VirtualClock();
    const server = new ScriptedServer(clock);
    const local = defineIntegration({
      baseConnectionUri: 'ws://localhost/v1',
      apiKey: 'key',
      dial: server.dial,
    });
    const dialled: string[] = [];
    for (const connectorId of ids) {
      try {
        callAudioConnector({ integration: local, connectorId, clock }).hangup();
        dialled.push(connectorId);
      } catch {}
    }
    await clock.settle();
    expect(dialled.length).toBeGreaterThan(1400);
    expect(server.requests).toHaveLength(dialled.length);
    for (const [index, connectorId] of dialled.entries()) {
      const { pathname, search } = new URL(server.requests[index]?.url ?? '');
      const slash = connectorId.startsWith('?') ? '' : '/';
      expect(decoded(pathname + search)).toBe(decoded(`/v1${slash}${connectorId}`));
    }
  });
});

/** With every percent-encoding undone; a `%` of its own stays. */
function decoded(target: string): string {
  return decodeURIComponent(target.replace(/%(?![0-9a-f]{2})/gi, '%25'));
}

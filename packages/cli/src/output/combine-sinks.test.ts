import type { WireSink } from '@hookline/protocol';
import { expect, test } from 'vitest';
import { combineSinks } from './combine-sinks.js';

test.each(['event', 'audio', 'heard'] as const)(
  'a sink that throws in %s is removed, and the others receive everything',
  (where) => {
    const received: string[] = [];
    const failures: string[] = [];
    const good = (): WireSink => ({
      event: () => void received.push('event'),
      audio: () => void received.push('audio'),
      heard: () => void received.push('heard'),
    });
    let calls = 0;
    const bad: WireSink = {
      event() {},
      audio() {},
      heard() {},
      [where]() {
        calls += 1;
        throw new Error('no space left');
      },
    };
    const sink = combineSinks([good(), bad, good()], (message) => failures.push(message));
    for (let k = 0; k < 2; k++) {
      sink.event({ kind: 'end', t: 0, by: 'self', code: 1000, reason: '' });
      sink.audio?.('in', 0, new Uint8Array(1));
      sink.heard?.(0, new Uint8Array(1));
    }
    expect(received).toHaveLength(12);
    expect([calls, failures]).toEqual([1, ['no space left']]);
  },
);

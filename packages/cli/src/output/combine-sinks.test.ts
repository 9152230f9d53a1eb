import type { WireSink } from '@hookline/protocol';
import { expect, test } from 'vitest';
import { combineSinks } from './combine-sinks.js';

test.each(['event', 'audio', 'heard'] as const)(
  'a sink that throws in %s costs the others nothing',
  (where) => {
    const told: string[] = [];
    const failures: string[] = [];
    const good = (): WireSink => ({
      event: () => void told.push('event'),
      audio: () => void told.push('audio'),
      heard: () => void told.push('heard'),
    });
    let asked = 0;
    const bad: WireSink = {
      event() {},
      audio() {},
      heard() {},
      [where]() {
        asked += 1;
        throw new Error('the disk is gone');
      },
    };
    const sink = combineSinks([good(), bad, good()], (message) => failures.push(message));
    for (let k = 0; k < 2; k++) {
      sink.event({ kind: 'end', t: 0, by: 'self', code: 1000, reason: '' });
      sink.audio?.('in', 0, new Uint8Array(1));
      sink.heard?.(0, new Uint8Array(1));
    }
    expect(told).toHaveLength(12);
    expect([asked, failures]).toEqual([1, ['the disk is gone']]);
  },
);

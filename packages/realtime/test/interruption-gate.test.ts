import { VirtualClock } from '@hookline/runtime';
import { expect, test } from 'vitest';
import { InterruptionGate } from '../src/session/interruption-gate.js';

/** A gate that holds speech back for 300 ms and until a transcript confirms it, and what it reports. */
function gated() {
  const clock = new VirtualClock();
  const reports: string[] = [];
  const gate = new InterruptionGate({ minSpeechMs: 300, confirm: 'text' }, clock, {
    serviceHears: true,
    active: () => true,
    interruptible: () => true,
    playingSinceMs: () => undefined,
    interrupt: (by) => reports.push(`interrupt by ${by}`),
    onFalseInterruption: () => reports.push('false interruption'),
  });
  return { clock, gate, reports };
}

test('speech that ends too soon does not interrupt, even if it is transcribed later', async () => {
  const { clock, gate, reports } = gated();
  gate.speechStart('service');
  await clock.advance(200);
  gate.speechEnd('service');
  expect(reports).toEqual(['false interruption']);
  gate.onTranscript('mm-hm');
  await clock.advance(1000);
  expect(reports).toEqual(['false interruption']);
  expect(clock.pending).toBe(0);
});

test('speech that was long enough interrupts when its transcript arrives after its end', async () => {
  const { clock, gate, reports } = gated();
  gate.speechStart('service');
  await clock.advance(400);
  gate.speechEnd('service');
  expect(reports).toEqual([]);
  gate.onTranscript('stop');
  expect(reports).toEqual(['interrupt by service']);
});

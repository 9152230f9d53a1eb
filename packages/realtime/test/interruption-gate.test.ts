import { VirtualClock } from '@hookline/runtime';
import { expect, test } from 'vitest';
import { InterruptionGate } from '../src/session/interruption-gate.js';

/** A gate that holds speech back for 300 ms and until a transcript confirms it, and what it reports. */
function gated() {
  const clock = new VirtualClock();
  const reports: string[] = [];
  const untranscribed: string[] = [];
  const gate = new InterruptionGate({ minSpeechMs: 300, confirm: 'text' }, clock, {
    serviceHears: true,
    active: () => true,
    interruptible: () => true,
    playingSinceMs: () => undefined,
    untranscribed: () => new Set(untranscribed),
    interrupt: (by) => reports.push(`interrupt by ${by}`),
    onFalseInterruption: () => reports.push('false interruption'),
  });
  return { clock, gate, reports, untranscribed };
}

test('speech that ends too soon does not interrupt, even if it is transcribed later', async () => {
  const { clock, gate, reports } = gated();
  gate.speechStart('service');
  await clock.advance(200);
  gate.speechEnd('service');
  expect(reports).toEqual(['false interruption']);
  gate.onTranscript('mm-hm', '');
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
  gate.onTranscript('stop', '');
  expect(reports).toEqual(['interrupt by service']);
});

test('the transcript of what the caller said before does not confirm speech', async () => {
  const { clock, gate, reports, untranscribed } = gated();
  untranscribed.push('question');
  gate.speechStart('service');
  await clock.advance(400);
  gate.onTranscript('what are your opening hours', 'question');
  expect(reports).toEqual([]);
  gate.onTranscript('stop', 'answer');
  expect(reports).toEqual(['interrupt by service']);
});

test('the transcript of speech that was held back confirms the words after it', async () => {
  const { clock, gate, reports, untranscribed } = gated();
  gate.speechStart('service');
  await clock.advance(400);
  gate.speechEnd('service');
  untranscribed.push('stop');
  gate.speechStart('service');
  await clock.advance(400);
  gate.onTranscript('stop', 'stop');
  expect(reports).toEqual(['false interruption', 'interrupt by service']);
});

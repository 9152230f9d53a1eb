import { describe, expect, it } from 'vitest';
import { noise } from '../../test/signals.js';
import { decodeMulawSample, encodeMulaw, encodeMulawSample, MULAW_SILENCE } from '../g711.js';
import { ReplyClock } from './reply-clock.js';

/** The quietest sample of µ-law that is speech, and the loudest that is not: about −40 dBFS. */
const QUIET_SPEECH = mulawOf((peak) => peak >= 328);
const LOUD_NOISE = QUIET_SPEECH + 1;

const ms = (count: number, value: number) => new Uint8Array(count * 8).fill(value);
const speech = (count: number) => ms(count, QUIET_SPEECH);
const silence = (count: number) => ms(count, MULAW_SILENCE);

/** The quietest positive µ-law sample of which this is true; louder ones have lower bytes. */
function mulawOf(isIt: (peak: number) => boolean): number {
  let peak = 0;
  while (!isIt(decodeMulawSample(encodeMulawSample(peak)))) peak += 1;
  return encodeMulawSample(peak);
}

/** The measured time if the bot starts at `botMs` after these consecutive pieces of the caller. */
function measured(botMs: number, ...pieces: Uint8Array[]): readonly number[] {
  const clock = new ReplyClock();
  let endMs = 0;
  for (const piece of pieces) {
    endMs += piece.length / 8;
    clock.said(piece, endMs);
  }
  clock.botBegan(botMs);
  return clock.replyMs;
}

describe('the reply latency of a bot', () => {
  it('is from the end of the last 20 ms of speech to the first sample that is heard', () => {
    expect(measured(1000, speech(200))).toEqual([800]);
    expect(measured(1000, speech(200), silence(200))).toEqual([800]);
    expect(measured(1000, silence(40), speech(100), silence(60))).toEqual([860]);
    expect(measured(200, speech(200))).toEqual([0]);
  });

  it('counts 60 ms as speech, and less as a click', () => {
    expect(measured(1000, speech(60))).toEqual([940]);
    expect(measured(1000, speech(40))).toEqual([]);
    // In pieces that are not multiples of 20 ms.
    expect(measured(1000, speech(59))).toEqual([]);
    expect(measured(1000, speech(25), speech(25), speech(9))).toEqual([]);
    expect(measured(1000, speech(25), speech(25), speech(10))).toEqual([940]);
  });

  it('counts audio from −40 dBFS on as speech', () => {
    expect(measured(1000, ms(200, LOUD_NOISE))).toEqual([]);
    expect(measured(1000, ms(200, QUIET_SPEECH))).toEqual([800]);
    // The negative sample of the same size.
    expect(measured(1000, ms(200, QUIET_SPEECH - 0x80))).toEqual([800]);
  });

  it('does not count the noise of a line or of a room as speech, whose peaks are far above its level', () => {
    const room = encodeMulaw(noise(8 * 2000, -45));
    expect(measured(3000, speech(200), room)).toEqual([2800]);
  });

  it('is undefined for a bot that starts while the caller speaks', () => {
    expect(measured(100, speech(200))).toEqual([0]);
  });

  it('is measured once per input', () => {
    const clock = new ReplyClock();
    clock.said(speech(200), 200);
    clock.botBegan(500);
    clock.botBegan(900);
    clock.said(speech(40), 1040);
    clock.botBegan(1100);
    clock.said(speech(200), 1300);
    clock.botBegan(1500);
    expect(clock.replyMs).toEqual([300, 200]);
  });
});

import { describe, expect, it } from 'vitest';
import { MAX_SOUND_FRAMES, SOUND_FRAMES, SpeechDecision } from './speech-decision.js';

/** A decision after so many frames of sound that is no speech, then so many of rest. */
function after(soundFrames: number, restFrames = 0): SpeechDecision {
  const decision = new SpeechDecision();
  for (let n = 0; n < soundFrames; n++) decision.decide(true, -5, false);
  for (let n = 0; n < restFrames; n++) decision.decide(false, undefined, false);
  return decision;
}

describe('the decision whether there is speech', () => {
  it.each([
    { odds: 1.1, speaking: false, is: true },
    { odds: 1, speaking: false, is: 'maybe' },
    { odds: -1.9, speaking: false, is: 'maybe' },
    { odds: -1.9, speaking: true, is: true },
    { odds: -2, speaking: true, is: false },
    { odds: -2, speaking: false, is: false },
  ])('takes odds of $odds for $is (speaking: $speaking)', ({ odds, speaking, is }) => {
    expect(new SpeechDecision().decide(true, odds, speaking)).toBe(is);
  });

  it.each([true, false])(
    'finds no speech while the gate is closed or the network rests (speaking: %s)',
    (speaking) => {
      expect(new SpeechDecision().decide(false, 9, speaking)).toBe(false);
      expect(new SpeechDecision().decide(true, undefined, speaking)).toBe(false);
    },
  );

  it('asks for more on a line on which sound has been going on for half a second', () => {
    expect(after(SOUND_FRAMES - 1).decide(true, 1.5, false)).toBe(true);
    expect(after(SOUND_FRAMES).decide(true, 1.9, false)).toBe('maybe');
    expect(after(SOUND_FRAMES).decide(true, 2.1, false)).toBe(true);
  });

  it('takes it back after 0.7 s of rest, however long the sound was', () => {
    const rest = MAX_SOUND_FRAMES - SOUND_FRAMES + 1;
    expect(after(10_000, rest - 1).decide(true, 1.5, false)).toBe('maybe');
    expect(after(10_000, rest).decide(true, 1.5, false)).toBe(true);
  });

  it('takes it back when an utterance is on: what is heard then is the caller', () => {
    const decision = after(10_000);
    decision.decide(true, 5, true);
    expect(decision.decide(true, 1.5, false)).toBe(true);
  });
});

import type { SpeechJudgement } from '@hookline/audio';

/** Silero's log odds above which an utterance starts … */
export const START_ODDS = 1;
/** … above which it starts after continuous sound other than speech, such as music or a noisy room … */
export const START_ODDS_OVER_SOUND = 2;
/** … and above which it continues. */
export const STAY_ODDS = -2;
/** Frames of sound other than speech after which the higher threshold applies; as many quiet frames end it … */
export const SOUND_FRAMES = 25;
/** … with the count capped here, so that 0.7 s of quiet ends it after any music. */
export const MAX_SOUND_FRAMES = 60;

/**
 * Decides for each 20 ms whether there is speech, from the gate and the network's score. How much speech starts an
 * utterance, and how much silence ends one, is decided by `createUtteranceDetector` of `@hookline/audio`
 * (`speech/utterance.ts`).
 */
export class SpeechDecision {
  #soundFrames = 0;

  /**
   * @param gateOpen - whether the gate detects a voice in the frame
   * @param odds - the network's log odds of speech; undefined while it does not run
   * @param speaking - whether an utterance is in progress
   */
  decide(gateOpen: boolean, odds: number | undefined, speaking: boolean): SpeechJudgement {
    if (speaking) this.#soundFrames = 0;
    else if (odds === undefined) this.#soundFrames = Math.max(0, this.#soundFrames - 1);
    else this.#soundFrames = Math.min(MAX_SOUND_FRAMES, this.#soundFrames + 1);
    if (!gateOpen || odds === undefined || odds <= STAY_ODDS) return false;
    const needed = this.#soundFrames > SOUND_FRAMES ? START_ODDS_OVER_SOUND : START_ODDS;
    return speaking || odds > needed || 'maybe';
  }
}

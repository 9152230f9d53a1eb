import type { SpeechJudgement } from '@hookline/audio';

/** Silero's log odds above which an utterance starts … */
export const START_ODDS = 1;
/** … above which it starts on a line on which sound has been going on that is no speech: music, a noisy room … */
export const START_ODDS_OVER_SOUND = 2.5;
/** … and above which it goes on. */
export const STAY_ODDS = -2;
/** So many frames of sound that is no speech make the line one with sound on it, and as many of rest take it back … */
export const SOUND_FRAMES = 25;
/** … counted no further than to here, so that rest of 0.7 s takes back any music. */
export const MOST_SOUND_FRAMES = 60;

/**
 * Decides, 20 ms after 20 ms, whether there is speech, by what gate and network say. How much of it begins an utterance,
 * and how much silence ends one, is for `createUtteranceDetector` of `@hookline/audio` (`speech/utterance.ts`).
 */
export class SpeechDecision {
  #soundFrames = 0;

  /**
   * @param gateOpen - whether the gate hears a voice in the frame
   * @param odds - the network's log odds for speech; undefined while it rests
   * @param speaking - whether an utterance is on
   */
  decide(gateOpen: boolean, odds: number | undefined, speaking: boolean): SpeechJudgement {
    if (speaking) this.#soundFrames = 0;
    else if (odds === undefined) this.#soundFrames = Math.max(0, this.#soundFrames - 1);
    else this.#soundFrames = Math.min(MOST_SOUND_FRAMES, this.#soundFrames + 1);
    if (!gateOpen || odds === undefined || odds <= STAY_ODDS) return false;
    const needed = this.#soundFrames > SOUND_FRAMES ? START_ODDS_OVER_SOUND : START_ODDS;
    return speaking || odds > needed || 'maybe';
  }
}

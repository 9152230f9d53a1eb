import { checkArgument, checkOptionNames, type OptionNames } from '@hookline/runtime';
import { audioError } from '../error.js';
import { decodeMulaw } from '../g711.js';
import { SAMPLES_PER_MS } from '../telephone.js';

/**
 * Audio that continues at most this long after the audio before it ran out, in milliseconds, was meant to follow without
 * a gap: it belongs to the same utterance.
 */
export const UTTERANCE_GAP_MS = 500;

/** The start or end of speech. Positions are relative to the first sample of the stream. */
export interface UtteranceEvent {
  readonly type: 'start' | 'end';
  /** When this was detected, in milliseconds of audio: the end of the deciding frame. */
  readonly atMs: number;
  /** `start`: the first sample of the first frame that belongs to it. `end`: one past the last speech frame. */
  readonly sample: number;
  /** `sample` in milliseconds. */
  readonly sampleMs: number;
}

/** Options of every utterance detector. */
export interface UtteranceOptions {
  /** Speech without a break that starts an utterance, in milliseconds; default 60. */
  readonly onsetMs?: number;
  /** Time without speech that ends it, in milliseconds; default 800. */
  readonly releaseMs?: number;
}

/** Finds utterances in a stream of 8 kHz mono audio. */
export interface UtteranceDetector {
  /** Whether an utterance has started and not ended. */
  readonly speaking: boolean;
  /** Takes µ-law bytes, any number of them. */
  push(mulaw: Uint8Array): readonly UtteranceEvent[];
  /** Takes PCM16 samples, any number of them. */
  pushPcm(pcm: Int16Array): readonly UtteranceEvent[];
  /** Ends the stream and an open utterance. An incomplete frame is dropped. */
  flush(): readonly UtteranceEvent[];
}

/** The duration of a classified frame, in milliseconds. */
export const SPEECH_FRAME_MS = 20;
/** The samples of a classified frame. */
export const SPEECH_FRAME_SAMPLES = SAMPLES_PER_MS * SPEECH_FRAME_MS;

/**
 * The classification of 20 ms: speech or not; or `maybe`, which starts no utterance, but belongs to one that starts
 * directly after it: the start of a word can often be recognized only afterwards.
 */
export type SpeechJudgement = boolean | 'maybe';

/** Shared empty result: most pushes report nothing and must not allocate. */
const NONE: readonly UtteranceEvent[] = Object.freeze([]);

/**
 * Combines the classification of each frame of 20 ms into utterances: one starts after `onsetMs` of speech without a
 * break and ends after `releaseMs` without speech.
 *
 * @param isSpeech - classifies a frame of 160 samples at 8 kHz; called in order, once per frame. The array is reused:
 *   do not keep it
 * @param options - the two times, rounded up to whole frames
 * @throws AudioError `AUDIO_BAD_ARGUMENT` for a time that is not above 0
 */
export function createUtteranceDetector(
  isSpeech: (pcm: Int16Array) => SpeechJudgement,
  options: UtteranceOptions = {},
): UtteranceDetector {
  checkOptionNames<UtteranceOptions>(
    'AUDIO_BAD_ARGUMENT',
    'createUtteranceDetector: ',
    options,
    UTTERANCE_OPTIONS,
  );
  return utteranceDetector(isSpeech, options);
}

/** The names of all options. */
export const UTTERANCE_OPTIONS: OptionNames<UtteranceOptions> = { onsetMs: true, releaseMs: true };

/** Like `createUtteranceDetector`, without the check of option names. */
export function utteranceDetector(
  isSpeech: (pcm: Int16Array) => SpeechJudgement,
  options: UtteranceOptions,
): UtteranceDetector {
  return new FrameCounter(
    isSpeech,
    frames('onsetMs', options.onsetMs ?? 60),
    frames('releaseMs', options.releaseMs ?? 800),
  );
}

class FrameCounter implements UtteranceDetector {
  speaking = false;
  readonly #frame = new Int16Array(SPEECH_FRAME_SAMPLES);
  #filled = 0;
  #framesSeen = 0;
  /** Consecutive speech frames while silent; frames without speech while speaking. */
  #framesTowardsChange = 0;
  /** Consecutive frames that are speech or maybe speech, while silent. */
  #possibleSpeechFrames = 0;

  constructor(
    private readonly isSpeech: (pcm: Int16Array) => SpeechJudgement,
    private readonly onsetFrames: number,
    private readonly releaseFrames: number,
  ) {}

  push(mulaw: Uint8Array): readonly UtteranceEvent[] {
    checkArgument('AUDIO_BAD_ARGUMENT', 'push: mulaw', mulaw, 'bytes');
    let events = NONE;
    for (let at = 0; at < mulaw.length; ) {
      const take = Math.min(this.#freeSamples(), mulaw.length - at);
      decodeMulaw(mulaw.subarray(at, at + take), this.#frame.subarray(this.#filled, this.#filled + take));
      events = this.#took(take, events);
      at += take;
    }
    return events;
  }

  pushPcm(pcm: Int16Array): readonly UtteranceEvent[] {
    checkArgument('AUDIO_BAD_ARGUMENT', 'pushPcm: pcm', pcm, 'samples');
    let events = NONE;
    for (let at = 0; at < pcm.length; ) {
      const take = Math.min(this.#freeSamples(), pcm.length - at);
      this.#frame.set(pcm.subarray(at, at + take), this.#filled);
      events = this.#took(take, events);
      at += take;
    }
    return events;
  }

  flush(): readonly UtteranceEvent[] {
    this.#filled = 0;
    const silentFrames = this.#framesTowardsChange;
    this.#framesTowardsChange = 0;
    this.#possibleSpeechFrames = 0;
    if (!this.speaking) return NONE;
    this.speaking = false;
    return [this.#event('end', this.#framesSeen - silentFrames)];
  }

  #freeSamples(): number {
    return SPEECH_FRAME_SAMPLES - this.#filled;
  }

  #took(samples: number, events: readonly UtteranceEvent[]): readonly UtteranceEvent[] {
    this.#filled += samples;
    if (this.#filled < SPEECH_FRAME_SAMPLES) return events;
    this.#filled = 0;
    const event = this.#update(this.isSpeech(this.#frame));
    return event ? [...events, event] : events;
  }

  #update(speech: SpeechJudgement): UtteranceEvent | undefined {
    this.#framesSeen++;
    this.#possibleSpeechFrames = speech === false ? 0 : this.#possibleSpeechFrames + 1;
    const isAgainst = this.speaking ? speech === false : speech === true;
    this.#framesTowardsChange = isAgainst ? this.#framesTowardsChange + 1 : 0;
    const changes = this.#framesTowardsChange >= (this.speaking ? this.releaseFrames : this.onsetFrames);
    if (!changes) return undefined;
    const changeFrame =
      this.#framesSeen - (this.speaking ? this.#framesTowardsChange : this.#possibleSpeechFrames);
    this.#framesTowardsChange = 0;
    this.speaking = !this.speaking;
    return this.#event(this.speaking ? 'start' : 'end', changeFrame);
  }

  #event(type: UtteranceEvent['type'], frame: number): UtteranceEvent {
    return {
      type,
      atMs: this.#framesSeen * SPEECH_FRAME_MS,
      sample: frame * SPEECH_FRAME_SAMPLES,
      sampleMs: frame * SPEECH_FRAME_MS,
    };
  }
}

function frames(name: 'onsetMs' | 'releaseMs', ms: number): number {
  if (!(ms > 0 && Number.isFinite(ms))) {
    throw audioError(
      'AUDIO_BAD_ARGUMENT',
      `Utterance detector: ${name} is ${ms}; expected a number of milliseconds greater than 0.`,
    );
  }
  return Math.ceil(ms / SPEECH_FRAME_MS);
}

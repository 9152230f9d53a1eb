import {
  BYTES_PER_MS,
  decodeMulaw,
  rmsDbfs,
  rmsDbfsMulaw,
  SILENCE_DBFS,
  speechDbfs,
  toneDbfs,
} from '@hookline/audio';
import type { AudioRules } from '../scenario.js';
import { formatMs } from '../values/duration.js';
import { similarity } from './similarity.js';
import { similarityReference } from './similarity-reference.js';
import { END_SILENCE_MS, SLICE_MS } from './sound-detector.js';

const SLICE_BYTES = SLICE_MS * BYTES_PER_MS;
/** A tone dominates if its level is at most this far below the overall level. */
const TONE_DB = 3;

/** The result of one audio rule. */
export interface AudioFinding {
  readonly rule: string;
  /** The measured value, such as `duration 300 ms`. */
  readonly got: string;
  readonly passed: boolean;
}

const RANGES = ['speech', 'silence', 'gaps', 'duration', 'level'] as const;

/** Describes the rules in the order in which they are checked. */
export function describeAudioRules(rules: AudioRules): readonly string[] {
  const { tone, soundsLike } = rules;
  return [
    ...RANGES.flatMap((name) => (rules[name] ? [`${name} ${rules[name].text}`] : [])),
    ...(tone === undefined ? [] : [describeToneRule(tone)]),
    ...(soundsLike ? [describeSimilarityRule(soundsLike)] : []),
  ];
}

const describeToneRule = (hz: number): string => `a tone of ${hz} Hz`;
const describeSimilarityRule = ({ file, atLeast }: NonNullable<AudioRules['soundsLike']>): string =>
  `a similarity to ${file} of ${atLeast} or more`;

/**
 * Checks audio against rules.
 *
 * @param audio - 8 kHz µ-law from its first sound to its last
 */
export function checkAudio(audio: Uint8Array, rules: AudioRules): readonly AudioFinding[] {
  const findings: AudioFinding[] = [];
  const { gaps, loudMs } = measurePauses(audio);
  const silentMs = gaps.reduce((sum, ms) => sum + ms, 0);
  const times = {
    speech: loudMs,
    silence: silentMs,
    gaps: Math.max(0, ...gaps),
    duration: audio.length / BYTES_PER_MS,
  } as const;
  for (const [name, ms] of Object.entries(times)) {
    const range =
      name === 'speech' || name === 'silence' || name === 'gaps' || name === 'duration'
        ? rules[name]
        : undefined;
    if (range)
      findings.push({
        rule: `${name} ${range.text}`,
        got: `${name} ${formatMs(ms)}`,
        passed: range.includes(ms),
      });
  }
  const pcm = decodeMulaw(audio);
  if (rules.level) {
    const level = speechDbfs(pcm);
    findings.push({
      rule: `level ${rules.level.text}`,
      got: `level ${level.toFixed(1)} dBFS`,
      passed: rules.level.includes(level),
    });
  }
  if (rules.tone !== undefined) findings.push(checkTone(pcm, rules.tone));
  if (rules.soundsLike) {
    const { file, atLeast } = rules.soundsLike;
    const { audio: reference, pause } = similarityReference(rules.soundsLike.audio);
    const similarityScore = similarity(pcm, decodeMulaw(reference));
    const passed = similarityScore >= atLeast;
    const why =
      passed || !pause
        ? ''
        : `; ${file} pauses for ${formatMs(pause.ms)} at ${formatMs(pause.fromMs)}, and a pause of ${formatMs(END_SILENCE_MS)} ends what is compared: expect each part with its own file`;
    findings.push({
      rule: describeSimilarityRule(rules.soundsLike),
      got: `a similarity of ${similarityScore.toFixed(2)}${why}`,
      passed,
    });
  }
  return findings;
}

function checkTone(pcm: Int16Array, hz: number): AudioFinding {
  // Short pieces, because a tone that restarts has another phase.
  const window = 800;
  let tonalPieces = 0;
  let loudPieces = 0;
  let loudest: { readonly level: number; readonly piece: Int16Array } | undefined;
  for (let at = 0; at + window <= pcm.length; at += window) {
    const piece = pcm.subarray(at, at + window);
    const level = rmsDbfs(piece);
    if (level < SILENCE_DBFS) continue;
    loudPieces += 1;
    if (!loudest || level > loudest.level) loudest = { level, piece };
    if (toneDbfs(piece, hz) >= level - TONE_DB) tonalPieces += 1;
  }
  const share = loudPieces === 0 ? 0 : tonalPieces / loudPieces;
  const holds = share >= 0.5;
  const strongest =
    holds || !loudest ? '' : `; where it is loudest, ${strongestTone(loudest.piece)} Hz is strongest`;
  return {
    rule: describeToneRule(hz),
    got: `a tone of ${hz} Hz in ${Math.round(share * 100)} % of the time${strongest}`,
    passed: holds,
  };
}

/** Returns the frequency with the highest level, to 1 Hz. */
function strongestTone(pcm: Int16Array): number {
  let best = { hz: 0, level: Number.NEGATIVE_INFINITY };
  const search = (fromHz: number, toHz: number, stepHz: number) => {
    for (let hz = fromHz; hz < toHz; hz += stepHz) {
      const level = toneDbfs(pcm, hz);
      if (level > best.level) best = { hz, level };
    }
  };
  search(50, 4000, 10);
  search(best.hz - 9, best.hz + 10, 1);
  return best.hz;
}

/** Returns the total time with sound and each pause between two sounds, in milliseconds. */
function measurePauses(audio: Uint8Array): { readonly loudMs: number; readonly gaps: readonly number[] } {
  const gaps: number[] = [];
  let loudMs = 0;
  let quietMs = 0;
  for (let at = 0; at < audio.length; at += SLICE_BYTES) {
    const slice = audio.subarray(at, at + SLICE_BYTES);
    const ms = slice.length / BYTES_PER_MS;
    if (rmsDbfsMulaw(slice) < SILENCE_DBFS) {
      quietMs += ms;
      continue;
    }
    if (quietMs > 0 && loudMs > 0) gaps.push(quietMs);
    quietMs = 0;
    loudMs += ms;
  }
  return { loudMs, gaps };
}

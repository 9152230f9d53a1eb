import { BYTES_PER_MS, decodeMulaw, rmsDbfs, rmsDbfsMulaw, speechDbfs, toneDbfs } from '@hookline/audio';
import type { AudioRules } from '../scenario.js';
import { shownMs } from '../values/duration.js';
import { SILENCE_DBFS, SLICE_MS } from './ear.js';
import { likeness } from './likeness.js';

const SLICE_BYTES = SLICE_MS * BYTES_PER_MS;
/** A tone stands out where nearly all of the level is its own. */
const TONE_DB = 3;

/** One thing that audio has to be, and what it is. */
export interface AudioFinding {
  readonly rule: string;
  /** Of what: `duration 300 ms`. */
  readonly got: string;
  readonly holds: boolean;
}

const RANGES = ['speech', 'silence', 'gaps', 'duration', 'level'] as const;

/** The rules in words, in the order in which they are judged. */
export function audioWords(rules: AudioRules): readonly string[] {
  const { tone, soundsLike } = rules;
  return [
    ...RANGES.flatMap((name) => (rules[name] ? [`${name} ${rules[name].text}`] : [])),
    ...(tone === undefined ? [] : [toneWords(tone)]),
    ...(soundsLike ? [likeWords(soundsLike)] : []),
  ];
}

const toneWords = (hz: number): string => `a tone of ${hz} Hz`;
const likeWords = ({ file, atLeast }: NonNullable<AudioRules['soundsLike']>): string =>
  `a likeness to ${file} of ${atLeast} or more`;

/**
 * Holds audio against rules.
 *
 * @param audio - 8 kHz µ-law from its first sound to its last
 */
export function judgeAudio(audio: Uint8Array, rules: AudioRules): readonly AudioFinding[] {
  const findings: AudioFinding[] = [];
  const { gaps, loudMs } = pauses(audio);
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
      findings.push({ rule: `${name} ${range.text}`, got: `${name} ${shownMs(ms)}`, holds: range.holds(ms) });
  }
  const pcm = decodeMulaw(audio);
  if (rules.level) {
    const level = speechDbfs(pcm);
    findings.push({
      rule: `level ${rules.level.text}`,
      got: `level ${level.toFixed(1)} dBFS`,
      holds: rules.level.holds(level),
    });
  }
  if (rules.tone !== undefined) findings.push(judgeTone(pcm, rules.tone));
  if (rules.soundsLike) {
    const { audio: wanted, atLeast } = rules.soundsLike;
    const like = likeness(pcm, decodeMulaw(wanted));
    findings.push({
      rule: likeWords(rules.soundsLike),
      got: `a likeness of ${like.toFixed(2)}`,
      holds: like >= atLeast,
    });
  }
  return findings;
}

function judgeTone(pcm: Int16Array, hz: number): AudioFinding {
  // In pieces: a tone that begins anew has another phase.
  const window = 800;
  let standsOut = 0;
  let loud = 0;
  let loudest: { readonly level: number; readonly piece: Int16Array } | undefined;
  for (let at = 0; at + window <= pcm.length; at += window) {
    const piece = pcm.subarray(at, at + window);
    const level = rmsDbfs(piece);
    if (level < SILENCE_DBFS) continue;
    loud += 1;
    if (!loudest || level > loudest.level) loudest = { level, piece };
    if (toneDbfs(piece, hz) >= level - TONE_DB) standsOut += 1;
  }
  const share = loud === 0 ? 0 : standsOut / loud;
  const holds = share >= 0.5;
  const heard =
    holds || !loudest ? '' : `; where it is loudest, ${strongestTone(loudest.piece)} Hz is strongest`;
  return {
    rule: toneWords(hz),
    got: `a tone of ${hz} Hz in ${Math.round(share * 100)} % of the time${heard}`,
    holds,
  };
}

/** The frequency with the highest level, to 10 Hz. */
function strongestTone(pcm: Int16Array): number {
  let best = { hz: 0, level: Number.NEGATIVE_INFINITY };
  for (let hz = 50; hz < 4000; hz += 10) {
    const level = toneDbfs(pcm, hz);
    if (level > best.level) best = { hz, level };
  }
  return best.hz;
}

/** How long it is loud in all, and each pause between two loud stretches. */
function pauses(audio: Uint8Array): { readonly loudMs: number; readonly gaps: readonly number[] } {
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

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
  readonly got: string;
  readonly holds: boolean;
}

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
    if (range) findings.push({ rule: `${name} ${range.text}`, got: shownMs(ms), holds: range.holds(ms) });
  }
  const pcm = decodeMulaw(audio);
  if (rules.level) {
    const level = speechDbfs(pcm);
    findings.push({
      rule: `level ${rules.level.text}`,
      got: `${level.toFixed(1)} dBFS`,
      holds: rules.level.holds(level),
    });
  }
  if (rules.tone !== undefined) findings.push(judgeTone(pcm, rules.tone));
  if (rules.soundsLike) {
    const { file, audio: wanted, atLeast } = rules.soundsLike;
    const like = likeness(pcm, decodeMulaw(wanted));
    findings.push({
      rule: `sounds like ${file}, ${atLeast} or more`,
      got: like.toFixed(2),
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
  for (let at = 0; at + window <= pcm.length; at += window) {
    const piece = pcm.subarray(at, at + window);
    const level = rmsDbfs(piece);
    if (level < SILENCE_DBFS) continue;
    loud += 1;
    if (toneDbfs(piece, hz) >= level - TONE_DB) standsOut += 1;
  }
  const share = loud === 0 ? 0 : standsOut / loud;
  return {
    rule: `a tone of ${hz} Hz`,
    got: `it stands out ${Math.round(share * 100)} % of the time`,
    holds: share >= 0.5,
  };
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

import { encodeMulaw, MULAW_SILENCE } from '../src/g711.js';
import { gain, mix } from '../src/mixing.js';
import { dtmf } from '../src/tone/dtmf.js';
import { sine } from '../src/tone/sine.js';
import { join, noise, speech } from './signals.js';

const SECOND = 8000;
const quiet = () => noise(3 * SECOND, -45);

/** A tone of one second that sets in after half a second of line noise. */
function toneOnLine(tone: Int16Array): Uint8Array {
  return encodeMulaw(mix(quiet(), join(new Int16Array(4003), tone)));
}

function clicks(line: Int16Array): Uint8Array {
  const pcm = line.slice();
  for (let at = 1000; at < pcm.length; at += SECOND) {
    for (let i = 0; i < 16; i++) pcm[at + i] = i % 2 ? 24000 : -24000;
  }
  return encodeMulaw(pcm);
}

/** What no detector may take for speech. */
export const NOT_SPEECH: readonly (readonly [name: string, mulaw: Uint8Array])[] = [
  ['µ-law silence', new Uint8Array(3 * SECOND).fill(MULAW_SILENCE)],
  ['line noise at −45 dBFS', encodeMulaw(quiet())],
  ['line noise at −45 dBFS after digital silence', encodeMulaw(join(new Int16Array(SECOND), quiet()))],
  ['line noise at −36 dBFS', encodeMulaw(noise(5 * SECOND, -36))],
  ['a click in silence', clicks(new Int16Array(3 * SECOND))],
  ['a click in line noise', clicks(quiet())],
];

/** What is loud, but steady. */
export const TONES: readonly (readonly [name: string, mulaw: Uint8Array])[] = [
  ...[100, 300, 440, 1000, 2100, 3300].flatMap((hz) =>
    [-12, -30].map((dbfs) => [`${hz} Hz at ${dbfs} dBFS`, toneOnLine(sine({ hz, ms: 1000, dbfs }))] as const),
  ),
  ...[40, 60, 100, 500].map(
    (ms) => [`DTMF of ${ms} ms`, toneOnLine(dtmf('147*2580', { ms, gapMs: 60 }).subarray(0, 19000))] as const,
  ),
  ['a dial tone', toneOnLine(mix(sine({ hz: 350, ms: 1000 }), sine({ hz: 440, ms: 1000 })))],
  ['a tone from the first sample', encodeMulaw(sine({ hz: 440, ms: 2000 }))],
];

/** Half a second of line, then speech at −25 dBFS; with the line 10 dB below it, or silent. */
export const SPEECH: readonly (readonly [name: string, mulaw: Uint8Array])[] = [
  ['in silence', encodeMulaw(join(new Int16Array(4000), speech(), new Int16Array(8000)))],
  [
    'at 10 dB above noise',
    encodeMulaw(mix(noise(speech().length + 12000, -35), join(new Int16Array(4000), speech()))),
  ],
  [
    'at 20 dB above noise',
    encodeMulaw(mix(noise(speech().length + 12000, -45), join(new Int16Array(4000), speech()))),
  ],
  ['10 dB quieter', encodeMulaw(join(new Int16Array(4000), gain(speech(), -10), new Int16Array(8000)))],
];

/** Where the first sound of `SPEECH` begins, in milliseconds: half a second of line, then the voice's own lead-in. */
export const SPEECH_BEGINS_MS = 760;

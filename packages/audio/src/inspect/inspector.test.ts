import { describe, expect, it } from 'vitest';
import { join, noise, speech } from '../../test/signals.js';
import { decodeAlawSample, encodeMulaw } from '../g711.js';
import { encodeL16 } from '../l16.js';
import { gain } from '../mixing.js';
import { dtmf } from '../tone/dtmf.js';
import { sine } from '../tone/sine.js';
import { writeWav } from '../wav/write.js';
import { createAudioInspector } from './inspector.js';

function findingsOf(bytes: Uint8Array, chunk = 1600) {
  const inspector = createAudioInspector();
  for (let at = 0; at < bytes.length; at += chunk) inspector.push(bytes.subarray(at, at + chunk));
  return inspector.findings();
}

/** Fading chords of four notes with a noise beat, like hold music. */
function chords(): Int16Array {
  const beat = noise(8000, -20);
  return join(
    ...[131, 175, 196, 262, 330, 523].map((hz) => {
      const notes = [1, 1.25, 1.5, 3].map((factor) => sine({ hz: hz * factor, ms: 1000, dbfs: -25 }));
      return Int16Array.from({ length: 8000 }, (_, i) => {
        const fade = Math.exp(-i / 6000);
        const drum = Math.exp(-(i % 4000) / 300) * (beat[i] ?? 0);
        return Math.round(notes.reduce((sum, note) => sum + (note[i] ?? 0), 0) * fade + drum);
      });
    }),
  );
}

const codesOf = (bytes: Uint8Array, chunk?: number) =>
  findingsOf(bytes, chunk).map((finding) => finding.code);
/** Encodes linear samples as A-law by search, which is fast enough for tests. */
const encodeAlaw = (pcm: Int16Array) =>
  Uint8Array.from(pcm, (sample) => {
    let best = 0;
    for (let byte = 1; byte < 256; byte++) {
      if (Math.abs(decodeAlawSample(byte) - sample) < Math.abs(decodeAlawSample(best) - sample)) best = byte;
    }
    return best;
  });
const repeat = (bytes: Uint8Array, times: number) =>
  Uint8Array.from({ length: bytes.length * times }, (_, i) => bytes[i % bytes.length] ?? 0);

describe('audio inspector finds nothing in', () => {
  it.each([
    ['speech', speech()],
    ['speech as loud as it goes', gain(speech(), 12)],
    ['quiet speech', gain(speech(), -25)],
    ['silence', new Int16Array(32000)],
    ['line noise', noise(32000, -45)],
    ['loud noise', noise(32000, -15)],
    ['speech with pauses of digital silence', join(speech(), new Int16Array(8000), speech())],
    ['music', chords()],
    ['keys', dtmf('0123456789*#ABCD')],
    ['keys as loud as they go', dtmf('0123456789*#ABCD', { dbfs: -6.02 })],
  ])('%s', (_, pcm) => {
    expect(findingsOf(encodeMulaw(pcm))).toEqual([]);
  });

  it('a tone of any frequency, even at full scale', () => {
    for (let hz = 50; hz < 4000; hz += 50) {
      for (const dbfs of [-3.01, -20, -50]) {
        expect([hz, dbfs, findingsOf(encodeMulaw(sine({ hz: hz - 0.7, ms: 1500, dbfs })))]).toEqual([
          hz,
          dbfs,
          [],
        ]);
      }
    }
  });
});

describe('audio inspector finds', () => {
  it.each([0, -20, 12])('only A-law for speech at %i dB', (db) => {
    const findings = findingsOf(encodeAlaw(gain(speech(), db).subarray(2000)));
    expect(findings.map((finding) => finding.code)).toEqual(['alaw-as-mulaw']);
    expect(findings[0]?.message).toContain('G.711 µ-law');
  });

  it('A-law tones', () => {
    for (const hz of [100, 250, 440]) {
      expect(codesOf(encodeAlaw(sine({ hz, ms: 1500, dbfs: -20 })))).toEqual(['alaw-as-mulaw']);
    }
  });

  it('faults with fixes that are independent of a programming language', () => {
    for (const bytes of [
      encodeAlaw(speech()),
      encodeL16(speech()),
      new Uint8Array(8000),
      encodeMulaw(gain(speech(), 30)),
      encodeMulaw(speech().map((sample) => sample + 1500)),
      writeWav({ codec: 'pcm16', rate: 8000, channels: 1, data: speech() }),
      Uint8Array.from([...Buffer.from('OggS', 'latin1'), ...encodeL16(noise(8000, -3))]),
    ]) {
      const findings = findingsOf(bytes);
      expect(findings).not.toEqual([]);
      for (const { message } of findings)
        expect(message).not.toMatch(/\w\(|[a-z][A-Z0-9]+[a-z]*\(|_SILENCE|encode[A-Z]/);
    }
  });

  it('a WAV header, for any chunk sizes', () => {
    const file = writeWav({ codec: 'mulaw', rate: 8000, channels: 1, data: encodeMulaw(speech()) });
    for (const chunk of [5, 1600, 100_000]) expect(codesOf(file, chunk)).toEqual(['container-header']);
    expect(findingsOf(file)[0]?.message).toContain('starts like a WAV file');
  });

  it('PCM16 after a WAV header too', () => {
    const file = writeWav({ codec: 'pcm16', rate: 8000, channels: 1, data: speech() });
    expect(codesOf(file)).toEqual(['container-header', 'pcm16-as-mulaw']);
  });

  it.each(['ID3\x04', 'OggS', 'fLaC'])('only a file that starts with %s', (magic) => {
    const bytes = Uint8Array.from([...Buffer.from(magic, 'latin1'), ...encodeL16(noise(8000, -3))]);
    expect(codesOf(bytes)).toEqual(['container-header']);
  });

  it('base64 text', () => {
    const text = Buffer.from(encodeMulaw(speech())).toString('base64');
    expect(codesOf(Buffer.from(text))).toEqual(['text']);
  });

  it.each([
    [0x00, '0x00 is the loudest negative sample'],
    [0xd5, 'A-law'],
    [0x80, 'unsigned 8-bit'],
  ])('0x%s as silence, at its start', (byte, words) => {
    const bytes = Uint8Array.from([
      ...encodeMulaw(speech()).subarray(0, 12000),
      ...new Array(2000).fill(byte),
    ]);
    const padded = Uint8Array.from([...bytes, ...new Array(2000).fill(0xff)]);
    const [finding] = findingsOf(padded);
    expect(finding).toMatchObject({ code: 'constant-byte', atMs: 1500 });
    expect(finding?.message).toContain(words);
  });

  it.each([
    ['le', 0],
    ['le', 20],
    ['le', -20],
    ['be', 0],
    ['be', 20],
  ] as const)('PCM16 (%s) of speech at %i dB, without false clipping or offset', (order, db) => {
    const findings = findingsOf(encodeL16(gain(speech(), db).subarray(2000, 30000), order));
    expect(findings.map((finding) => finding.code)).toEqual(['pcm16-as-mulaw']);
    expect(findings[0]?.message).toContain(order === 'le' ? 'little-endian' : 'big-endian');
  });

  it('clipping', () => {
    expect(codesOf(encodeMulaw(gain(speech(), 30)))).toEqual(['clipping']);
    expect(codesOf(encodeMulaw(gain(sine({ hz: 440, ms: 1000, dbfs: -3.01 }), 12)))).toEqual(['clipping']);
  });

  it('a lasting DC offset', () => {
    const shifted = speech().map((sample) => sample + 1500);
    expect(codesOf(encodeMulaw(shifted))).toEqual(['dc-offset']);
    expect(codesOf(encodeMulaw(shifted.map((sample) => sample - 3000)))).toEqual(['dc-offset']);
  });

  it('each fault once in a long stream', () => {
    expect(codesOf(repeat(new Uint8Array(4000), 20))).toEqual(['constant-byte']);
  });
});

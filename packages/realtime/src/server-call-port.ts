import { encodeMulaw } from '@hookline/audio';
import { type AudioSource, type Call, type Playback, pcm16 } from '@hookline/server';
import type { CallPort, PartHeard, ReplyAudio } from './call-port.js';
import { type AudioShape, bytesPerMs } from './service/audio-shape.js';
import { WrittenSource } from './written-source.js';

/** A call of `@hookline/server` as a session sees it. */
export function serverCallPort(call: Call): CallPort {
  return {
    id: call.id,
    log: call.log,
    signal: call.signal,
    collectingDigits: false,
    caller: (shape, listener) => listenToCaller(call, shape, listener),
    stream: (shape) => stream(call, shape),
    play(source) {
      const playback = call.playback(source);
      return { finished: playback.finished, stop: () => playback.stop() };
    },
    stop: () => call.stop(),
    listen({ key, speech }, options) {
      const offs = [call.on('dtmf', ({ digit }) => key(digit))];
      if (options.speech) {
        offs.push(call.onSpeech({ start: () => speech('start'), end: () => speech('end') }));
      }
      return () => {
        for (const off of offs) off();
      };
    },
    turn: (turn) => call.turn(turn),
    callerStopped() {},
  };
}

function listenToCaller(call: Call, shape: AudioShape, listener: (bytes: Uint8Array) => void): () => void {
  const { format, channels } = call.media;
  if (shape.encoding === 'pcmu' && format === 'PCMU' && channels.length === 1) return call.onAudio(listener);
  let on = true;
  const samples = call.pcm16({ rate: shape.rate });
  const read = async () => {
    for await (const piece of samples) {
      if (!on) return;
      listener(
        shape.encoding === 'pcmu'
          ? encodeMulaw(piece)
          : new Uint8Array(piece.buffer, piece.byteOffset, piece.byteLength),
      );
    }
  };
  // It ends with the call.
  read().catch(() => {});
  return () => {
    on = false;
  };
}

function stream(call: Call, shape: AudioShape): ReplyAudio {
  const perMs = bytesPerMs(shape);
  const written = new WrittenSource();
  const source: AudioSource = shape.encoding === 'pcmu' ? written : pcm16(written, { rate: shape.rate });
  const playback = call.playback(source, { format: 'PCMU' });
  const parts: { readonly mark: string; readonly fromMs: number; toMs: number }[] = [];
  // Awaited only where somebody wants to know.
  playback.started.catch(() => {});
  return {
    write(bytes, mark) {
      let part = parts.at(-1);
      if (part?.mark !== mark) {
        part = { mark, fromMs: part?.toMs ?? 0, toMs: part?.toMs ?? 0 };
        parts.push(part);
      }
      part.toMs += bytes.length / perMs;
      written.write(bytes);
    },
    end: () => written.end(),
    get queuedMs() {
      return written.queuedBytes / perMs;
    },
    heard: () => heardOf(parts, playback),
    started: playback.started,
    finished: playback.finished,
  };
}

function heardOf(
  parts: readonly { readonly mark: string; readonly fromMs: number; readonly toMs: number }[],
  { heardMs }: Playback,
): readonly PartHeard[] {
  return parts.map(({ mark, fromMs, toMs }) => ({
    mark,
    heardMs: Math.max(0, Math.min(heardMs, toMs) - fromMs),
    totalMs: toMs - fromMs,
  }));
}

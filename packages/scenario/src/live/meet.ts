import { BYTES_PER_MS } from '@hookline/audio';
import type { CallEvent } from '@hookline/client';
import type { AudioRules, EventExpectation, Expectation } from '../scenario.js';
import { shownMs } from '../values/duration.js';
import { audioWords, judgeAudio } from './audio-facts.js';
import { describeEnd, describeEvent, describeExpected, eventWord, fitsEvent } from './describe-event.js';
import type { Sound } from './ear.js';
import type { LiveCall } from './live-call.js';

/** How an expectation ended: met, or what was expected and what came. */
export type Met =
  | { readonly met: true; readonly event?: CallEvent }
  | { readonly met: false; readonly expected: string; readonly got: string };

/** How long an expectation waits. */
export interface Waiting {
  /** The moment it is given up, in milliseconds since dialling. */
  readonly untilMs: number;
  /** What the time is counted from, for messages: `within 1.5 s of the end of say hello.wav`. */
  readonly words: string;
}

/** Silence that ends what the bot says, in milliseconds. */
const QUIET_MS = 700;
/** The most that is waited for the end of what the bot says before it is judged as it is. */
const LONGEST_SOUND_MS = 60_000;

/** Waits until an expectation is met, or can no longer be. */
export async function meet(live: LiveCall, expectation: Expectation, waiting: Waiting): Promise<Met> {
  switch (expectation.of) {
    case 'event':
      return meetEvent(live, expectation, waiting);
    case 'absent':
      return meetAbsent(live, expectation.event, expectation.forMs);
    case 'audio':
      return meetAudio(live, expectation.rules, waiting);
  }
}

/** What is measured of the call, and is no event in its order: a turn may come before or behind it. */
const MEASUREMENTS: ReadonlySet<CallEvent['name']> = new Set(['reply', 'pong']);

async function meetEvent(live: LiveCall, expected: EventExpectation, waiting: Waiting): Promise<Met> {
  const { log } = live;
  const isMeasured = MEASUREMENTS.has(expected.name);
  const from = isMeasured ? Math.max(live.last.events, live.measured.get(expected.name) ?? 0) : log.cursor;
  const decides = expected.facts.some((rule) => 'range' in rule && rule.decides === true);
  let looked = from;
  const met = await live.until<Met>(() => {
    for (; looked < log.events.length; looked++) {
      const event = log.events[looked];
      if (!event || event.name !== expected.name || event.t > waiting.untilMs) continue;
      if (fitsEvent(event, expected)) {
        if (isMeasured) live.measured.set(expected.name, looked + 1);
        else log.cursor = looked + 1;
        return { met: true, event };
      }
      if (decides) return unmet(expected, waiting, describeEvent(event));
    }
    if (!live.result) return undefined;
    return unmet(
      expected,
      waiting,
      `the call ${describeEnd(live.result)} before; ${whatCame(live, from, expected.name)}`,
    );
  }, waiting.untilMs);
  return met ?? unmet(expected, waiting, whatCame(live, from, expected.name));
}

function unmet(expected: EventExpectation, { words }: Waiting, got: string): Met {
  return { met: false, expected: `${describeExpected(expected)} ${words}`, got };
}

/** What came of a name, or what came at all but the end of the call, from an index of the log on. */
export function whatCame({ log }: LiveCall, from: number, name: CallEvent['name']): string {
  const came = log.events
    .slice(from)
    .filter((event) => event.name === name || !UNTOLD_EVENTS.has(event.name));
  const like = came.filter((event) => event.name === name);
  const shown = (like.length > 0 ? like : came).slice(-SHOWN_EVENTS).map(describeEvent);
  if (shown.length === 0) return 'nothing';
  return like.length > 0 ? shown.join(', ') : `no ${eventWord(name)}, but ${shown.join(', ')}`;
}

/** Events that a message shows. */
const SHOWN_EVENTS = 5;
/** Events that say nothing about why another did not come. */
const UNTOLD_EVENTS: ReadonlySet<CallEvent['name']> = new Set(['pong', 'callerDone', 'ended']);

async function meetAbsent(live: LiveCall, event: EventExpectation, forMs: number): Promise<Met> {
  const { log } = live;
  let looked = log.cursor;
  const found = await live.until<CallEvent | 'ended'>(() => {
    for (; looked < log.events.length; looked++) {
      const one = log.events[looked];
      if (one && fitsEvent(one, event)) return one;
    }
    return live.result ? 'ended' : undefined;
  }, live.nowMs + forMs);
  if (found === undefined || found === 'ended') return { met: true };
  return {
    met: false,
    expected: `no ${describeExpected(event)} for ${shownMs(forMs)}`,
    got: describeEvent(found),
  };
}

async function meetAudio(live: LiveCall, rules: AudioRules, waiting: Waiting): Promise<Met> {
  const expected = `audio with ${audioWords(rules).join(' and ')} ${waiting.words}`;
  const heard = () => live.ear.sounds.find(({ startMs }) => startMs >= live.soundsFromMs);
  const begun = await live.until<Sound | 'ended'>(
    () => heard() ?? (live.result ? 'ended' : undefined),
    waiting.untilMs,
  );
  if (begun === undefined || begun === 'ended') {
    return {
      met: false,
      expected,
      got:
        begun === 'ended' && live.result
          ? `the call ${describeEnd(live.result)}, and the bot was not heard`
          : 'the bot was not heard',
    };
  }
  await fallsSilent(live, begun);
  const audio = audioOf(live, begun);
  live.soundsFromMs = begun.startMs + audio.length / BYTES_PER_MS;
  const findings = judgeAudio(audio, rules);
  const wrong = findings.filter(({ holds }) => !holds);
  if (wrong.length === 0) return { met: true };
  return {
    met: false,
    expected: `audio with ${wrong.map(({ rule }) => rule).join(' and ')}`,
    got: `${wrong.map(({ got }) => got).join(', ')}, in what was heard from ${(begun.startMs / 1000).toFixed(2)} s on`,
  };
}

/** Resolves when the bot has fallen silent behind a sound, or the call has ended. */
async function fallsSilent(live: LiveCall, begun: Sound): Promise<void> {
  const latestMs = begun.startMs + LONGEST_SOUND_MS;
  for (;;) {
    const lastMs = live.ear.lastSoundMs ?? begun.endMs;
    const silentAtMs = Math.min(lastMs + QUIET_MS, latestMs);
    if (live.result || live.nowMs >= silentAtMs) return;
    await live.until(() => live.result ?? (live.ear.lastSoundMs !== lastMs || undefined), silentAtMs);
  }
}

/** All that was heard from a sound on up to the next longer silence, pauses of less included. */
function audioOf(live: LiveCall, begun: Sound): Uint8Array {
  const from = live.ear.sounds.indexOf(begun);
  const pieces: Uint8Array[] = [];
  let endMs = begun.startMs;
  for (const sound of live.ear.sounds.slice(Math.max(0, from))) {
    const silentMs = sound.startMs - endMs;
    if (pieces.length > 0 && silentMs >= QUIET_MS) break;
    if (pieces.length > 0)
      pieces.push(new Uint8Array(Math.max(0, Math.round(silentMs * BYTES_PER_MS))).fill(0xff));
    pieces.push(joined(sound.pieces).subarray(0, Math.round((sound.endMs - sound.startMs) * BYTES_PER_MS)));
    endMs = sound.endMs;
  }
  return joined(pieces);
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

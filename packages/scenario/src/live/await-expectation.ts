import { BYTES_PER_MS, MULAW_SILENCE } from '@hookline/audio';
import type { CallEvent } from '@hookline/client';
import type { AudioRules, EventExpectation, Expectation } from '../scenario.js';
import { formatMs } from '../values/duration.js';
import { checkAudio, describeAudioRules } from './check-audio.js';
import {
  describeEnd,
  describeEvent,
  describeExpected,
  matchesEvent,
  scenarioEventName,
} from './describe-event.js';
import type { LiveCall } from './live-call.js';
import { END_SILENCE_MS, type Sound } from './sound-detector.js';

/** The result of an expectation: met, or what was expected and what happened instead. */
export type ExpectationResult =
  | { readonly met: true; readonly event?: CallEvent }
  | { readonly met: false; readonly expected: string; readonly got: string };

/** How long an expectation waits. */
export interface ExpectationDeadline {
  /** When the time of an absence starts, in milliseconds since dialling. Default: now. */
  readonly startMs?: number;
  /** When to give up, in milliseconds since dialling. */
  readonly deadlineMs: number;
  /** What the time is measured from, for messages: `within 1.5 s of the end of say hello.wav`. */
  readonly description: string;
}

/** The longest wait for the end of an utterance. The audio until then is checked. */
const MAX_SOUND_MS = 60_000;

/** Waits until an expectation is met, or can no longer be met. */
export async function awaitExpectation(
  live: LiveCall,
  expectation: Expectation,
  deadline: ExpectationDeadline,
): Promise<ExpectationResult> {
  switch (expectation.kind) {
    case 'event':
      return awaitEvent(live, expectation, deadline);
    case 'absent':
      return awaitAbsence(live, expectation.event, expectation.forMs, deadline.startMs ?? live.nowMs);
    case 'audio':
      return awaitAudio(live, expectation.rules, deadline);
  }
}

/** Measurements, which are not part of the order of events: a turn may come before or after one. */
const MEASUREMENTS: ReadonlySet<CallEvent['name']> = new Set(['reply', 'pong']);

/** Whether an expectation is about a measurement. */
export function isMeasurement({ name }: EventExpectation): boolean {
  return MEASUREMENTS.has(name);
}

async function awaitEvent(
  live: LiveCall,
  expected: EventExpectation,
  waiting: ExpectationDeadline,
): Promise<ExpectationResult> {
  const { log } = live;
  const isMeasured = isMeasurement(expected);
  const from = isMeasured
    ? Math.max(live.lastAction.events, live.measurementCursors.get(expected.name) ?? 0)
    : log.cursor;
  const isDecisive = expected.facts.some((rule) => 'range' in rule && rule.isDecisive === true);
  let next = from;
  const met = await live.waitFor<ExpectationResult>(() => {
    for (; next < log.events.length; next++) {
      const event = log.events[next];
      if (!event || event.name !== expected.name || event.t > waiting.deadlineMs) continue;
      if (matchesEvent(event, expected)) {
        if (isMeasured) live.measurementCursors.set(expected.name, next + 1);
        else log.cursor = next + 1;
        return { met: true, event };
      }
      if (isDecisive) return unmet(expected, waiting, describeEvent(event));
    }
    if (!live.result) return undefined;
    return unmet(
      expected,
      waiting,
      `the call ${describeEnd(live.result)} before that; ${describeEventsSince(live, from, expected.name)}`,
    );
  }, waiting.deadlineMs);
  return met ?? unmet(expected, waiting, describeEventsSince(live, from, expected.name));
}

/** The result of an expectation that no event met in time. @param got - what happened instead */
export function unmet(
  expected: EventExpectation,
  { description: words }: Pick<ExpectationDeadline, 'description'>,
  got: string,
): ExpectationResult {
  return { met: false, expected: `${describeExpected(expected)} ${words}`, got };
}

/** Describes the events with a name from an index of the log on, or the other events if there are none. */
export function describeEventsSince({ log }: LiveCall, from: number, name: CallEvent['name']): string {
  const events = log.events
    .slice(from)
    .filter((event) => event.name === name || !OMITTED_EVENTS.has(event.name));
  const sameName = events.filter((event) => event.name === name);
  const shown = (sameName.length > 0 ? sameName : events).slice(-SHOWN_EVENT_COUNT).map(describeEvent);
  if (shown.length === 0) return 'nothing';
  return sameName.length > 0 ? shown.join(', ') : `no ${scenarioEventName(name)}, but ${shown.join(', ')}`;
}

/** How many events a message shows. */
const SHOWN_EVENT_COUNT = 5;
/** Events that do not explain why another event is missing. */
const OMITTED_EVENTS: ReadonlySet<CallEvent['name']> = new Set(['pong', 'callerDone', 'ended']);

async function awaitAbsence(
  live: LiveCall,
  event: EventExpectation,
  forMs: number,
  startMs: number,
): Promise<ExpectationResult> {
  const { log } = live;
  const untilMs = startMs + forMs;
  let looked = log.cursor;
  const found = await live.waitFor<CallEvent | 'ended'>(() => {
    for (; looked < log.events.length; looked++) {
      const one = log.events[looked];
      if (one && one.t <= untilMs && matchesEvent(one, event)) return one;
    }
    return live.result ? 'ended' : undefined;
  }, untilMs);
  if (found === undefined || found === 'ended') return { met: true };
  return {
    met: false,
    expected: `no ${describeExpected(event)} for ${formatMs(forMs)}`,
    got: describeEvent(found),
  };
}

async function awaitAudio(
  live: LiveCall,
  rules: AudioRules,
  waiting: ExpectationDeadline,
): Promise<ExpectationResult> {
  const expected = `audio with ${describeAudioRules(rules).join(' and ')} ${waiting.description}`;
  const findSound = () =>
    live.soundDetector.sounds.find(
      ({ startMs }) => startMs >= live.nextSoundFromMs && startMs <= waiting.deadlineMs,
    );
  const sound = await live.waitFor<Sound | 'ended'>(
    () => findSound() ?? (live.result ? 'ended' : undefined),
    waiting.deadlineMs,
  );
  if (sound === undefined || sound === 'ended') {
    return {
      met: false,
      expected,
      got:
        sound === 'ended' && live.result
          ? `the call ${describeEnd(live.result)}, and the bot was not heard`
          : 'the bot was not heard',
    };
  }
  await waitForSilence(live, sound);
  const audio = collectAudio(live, sound);
  live.nextSoundFromMs = sound.startMs + audio.length / BYTES_PER_MS;
  const findings = checkAudio(audio, rules);
  const failed = findings.filter(({ passed: holds }) => !holds);
  if (failed.length === 0) return { met: true };
  return {
    met: false,
    expected: `audio with ${failed.map(({ rule }) => rule).join(' and ')}`,
    got: `${failed.map(({ got }) => got).join(', ')}, in what was heard from ${(sound.startMs / 1000).toFixed(2)} s on`,
  };
}

/** Resolves when the bot has fallen silent after a sound, or the call has ended. */
async function waitForSilence(live: LiveCall, begun: Sound): Promise<void> {
  const latestMs = begun.startMs + MAX_SOUND_MS;
  for (;;) {
    const lastMs = live.soundDetector.lastSoundMs ?? begun.endMs;
    const silentAtMs = Math.min(lastMs + END_SILENCE_MS, latestMs);
    if (live.result || live.nowMs >= silentAtMs) return;
    await live.waitFor(
      () => live.result ?? (live.soundDetector.lastSoundMs !== lastMs || undefined),
      silentAtMs,
    );
  }
}

/** Returns the audio from a sound up to the next silence of at least `END_SILENCE_MS`. */
function collectAudio(live: LiveCall, begun: Sound): Uint8Array {
  const from = live.soundDetector.sounds.indexOf(begun);
  const pieces: Uint8Array[] = [];
  let endMs = begun.startMs;
  for (const sound of live.soundDetector.sounds.slice(Math.max(0, from))) {
    const silentMs = sound.startMs - endMs;
    if (pieces.length > 0 && silentMs >= END_SILENCE_MS) break;
    if (pieces.length > 0)
      pieces.push(new Uint8Array(Math.max(0, Math.round(silentMs * BYTES_PER_MS))).fill(MULAW_SILENCE));
    pieces.push(
      concatenate(sound.pieces).subarray(0, Math.round((sound.endMs - sound.startMs) * BYTES_PER_MS)),
    );
    endMs = sound.endMs;
  }
  return concatenate(pieces);
}

function concatenate(pieces: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

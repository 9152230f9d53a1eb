import { BYTES_PER_MS, sampleBytes } from '@hookline/audio';
import { MEDIA_RATE } from '@hookline/protocol';
import type { PlayRecord } from '../bot-record.js';
import type { WireEntry } from '../call-log.js';
import type { Evidence } from '../evidence.js';
import { latenessMs, roundTripMs } from '../lateness.js';
import { isOwnMark } from '../marked-audio.js';

/** The duration of a sample in milliseconds, and a rounding tolerance. */
const SAMPLE_MS = 1000 / MEDIA_RATE + 0.01;

/** More turns exhaust the server's burst of messages. */
const MANY_TURNS = 10;

/** The client and the server report the playback as the caller heard it. (AC-PLAY-1 to AC-PLAY-4) */
export function playback(evidence: Evidence): string[] {
  return [
    ...startsAndCompletionsAlternate(evidence),
    ...noMoreThanSent(evidence),
    ...sameOnBothSides(evidence),
  ];
}

/** Every playback_started is followed by its playback_completed, unless the connection is lost first. */
function startsAndCompletionsAlternate({ log }: Evidence): string[] {
  let playing = false;
  for (const { type } of log.sent.up) {
    if (type === 'playback_started' || type === 'playback_completed') {
      const starts = type === 'playback_started';
      if (starts === playing) return [`the client sent ${type} twice running`];
      playing = starts;
    }
    if (type === 'close' && playing) return ['the client sent close before playback_completed'];
  }
  return [];
}

function noMoreThanSent({ log, plan, caller, bot, network }: Evidence): string[] {
  const violations: string[] = [];
  const perMs = BYTES_PER_MS * sampleBytes(plan.format);
  const { result } = caller;
  const received = (until: number) => audioMs(log.arrived.down, perMs, until);
  if (result) {
    const { heardMs, cutMs, flushedMs } = result;
    const reportedMs = heardMs + cutMs + flushedMs;
    if (reportedMs > received(Number.POSITIVE_INFINITY) + SAMPLE_MS) {
      violations.push(
        `the result accounts for ${reportedMs} ms of audio; ${received(Number.POSITIVE_INFINITY)} ms arrived`,
      );
    }
    const dropped = plan.onBreach === 'drop' || plan.onBreach === 'close';
    if (network.faultFree && !dropped && reportedMs < received(result.durationMs) - SAMPLE_MS) {
      violations.push(
        `the result accounts for ${reportedMs} ms of audio; ${received(result.durationMs)} ms arrived before the end`,
      );
    }
  }
  const isUnaltered =
    network.tampering.length === 0 && !network.faults.some(({ fault }) => fault.what === 'malformed');
  for (const play of bot.plays) {
    const heardMs = (caller.heard.get(play.mark) ?? 0) / BYTES_PER_MS;
    if (isUnaltered && isOwnMark(play.mark) && heardMs > play.totalMs + SAMPLE_MS) {
      violations.push(`the caller heard ${heardMs} ms of a playback of ${play.totalMs} ms`);
    }
    if (play.result && play.result.heardMs > play.totalMs + SAMPLE_MS) {
      violations.push(
        `the bot's result is ${play.result.heardMs} ms heard of a playback of ${play.totalMs} ms`,
      );
    }
  }
  return violations;
}

function audioMs(entries: readonly WireEntry[], bytesPerMs: number, untilMs: number): number {
  return entries.reduce((sum, { atMs, bytes }) => (atMs < untilMs ? sum + bytes / bytesPerMs : sum), 0);
}

/** Without faults, the server knows what the caller heard. */
function sameOnBothSides(evidence: Evidence): string[] {
  const { plan, network, bot, caller } = evidence;
  // Unpaced frames mix with playbacks, and the client does not report a hold during a pause of the server.
  const isUnpredictable = bot.rawFrames > 0 || (caller.holds > 0 && bot.pauses > 0) || plan.sinksThrow;
  const { result } = caller;
  const refused = result?.path === 'failure' && result.cause === 'rate-limited';
  const dropped = refused || result?.warnings.some(({ clause }) => clause?.startsWith('AC-RATE'));
  if (!network.faultFree || isUnpredictable || dropped) return [];
  return bot.plays.flatMap((play) => (isOwnMark(play.mark) ? checkPlayback(play, evidence) : []));
}

function checkPlayback({ mark, totalMs, result, resultAtMs = 0 }: PlayRecord, evidence: Evidence): string[] {
  if (!result) return [];
  const { caller, bot } = evidence;
  const heardMs = (caller.heard.get(mark) ?? 0) / BYTES_PER_MS;
  const text = `a playback of ${totalMs} ms was ${result.ended} after ${result.heardMs} ms; the caller heard ${heardMs} ms`;
  switch (result.ended) {
    case 'completed': {
      // The client reports audio cut by its own end as a buffer that ran empty, and positions are as coarse as a frame.
      const isOver = caller.result !== undefined && resultAtMs >= caller.result.durationMs;
      const leastMs = totalMs - (isOver ? toleranceMs(evidence) : starvationToleranceMs(evidence));
      const isHeard = heardMs >= leastMs && heardMs <= totalMs + SAMPLE_MS;
      return isHeard && Math.abs(result.heardMs - totalMs) <= SAMPLE_MS ? [] : [text];
    }
    case 'assumed':
      // A late caller frame shortens the reported playback by more than a frame; then the deadline decides.
      return heardMs >= totalMs && totalMs - result.heardMs <= toleranceMs(evidence) ? [] : [text];
    case 'callEnded':
      return [];
    case 'interrupted': {
      // A queued `barge_in` takes effect late, but its playback ends at once. (DECISIONS.md #36)
      if (bot.turns > MANY_TURNS) return [];
      // The same applies to a `barge_in` that arrives after the client has ended.
      if (caller.result && resultAtMs + delayMs(evidence) >= caller.result.durationMs) return [];
      return Math.abs(result.heardMs - heardMs) <= toleranceMs(evidence) ? [] : [text];
    }
  }
}

/** The tolerance if the server cannot wait for a report: a frame for each playback that started, and the delay of the report. */
function toleranceMs(evidence: Evidence): number {
  const { plan } = evidence;
  return Math.max(1, playbackStartCount(evidence)) * plan.frameMs + delayMs(evidence);
}

/** The tolerance after the client's buffer ran empty: the report may take longer than any round trip that the server knows. */
function starvationToleranceMs(evidence: Evidence): number {
  return playbackStartCount(evidence) > 1 ? delayMs(evidence) : SAMPLE_MS;
}

function playbackStartCount({ log }: Evidence): number {
  return log.sent.up.filter(({ type }) => type === 'playback_started').length;
}

function delayMs(evidence: Evidence): number {
  return roundTripMs(evidence) + latenessMs(evidence, 'client') + latenessMs(evidence, 'server');
}

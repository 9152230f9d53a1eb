import { BYTES_PER_MS, sampleBytes } from '@hookline/audio';
import { MEDIA_RATE } from '@hookline/protocol';
import type { PlayRecord } from '../bot-record.js';
import type { Passed } from '../call-log.js';
import type { Evidence } from '../evidence.js';
import { latenessMs, roundTripMs } from '../lateness.js';
import { isOwnMark } from '../marked-audio.js';

/** A sample, in milliseconds, and the noise of adding up. */
const SAMPLE_MS = 1000 / MEDIA_RATE + 0.01;

/** More than these use up the server's burst of messages. */
const MANY_TURNS = 10;

/** What the caller hears, as the client tells it, as the server takes it and as it was. (AC-PLAY-1 to AC-PLAY-4) */
export function playback(evidence: Evidence): string[] {
  return [...pairs(evidence), ...noMoreThanSent(evidence), ...sameOnBothSides(evidence)];
}

/** Every playback_started has its playback_completed, unless the connection went away first. */
function pairs({ log }: Evidence): string[] {
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
  const broken: string[] = [];
  const perMs = BYTES_PER_MS * sampleBytes(plan.format);
  const { result } = caller;
  const received = (until: number) => audioMs(log.arrived.down, perMs, until);
  if (result) {
    const { heardMs, cutMs, flushedMs } = result;
    const reportedMs = heardMs + cutMs + flushedMs;
    if (reportedMs > received(Number.POSITIVE_INFINITY) + SAMPLE_MS) {
      broken.push(
        `the result tells of ${reportedMs} ms of audio; ${received(Number.POSITIVE_INFINITY)} ms came`,
      );
    }
    const dropped = plan.onBreach === 'drop' || plan.onBreach === 'close';
    if (network.faultFree && !dropped && reportedMs < received(result.durationMs) - SAMPLE_MS) {
      broken.push(
        `the result tells of ${reportedMs} ms of audio; ${received(result.durationMs)} ms came before the end`,
      );
    }
  }
  const isPure =
    network.tampering.length === 0 && !network.faults.some(({ fault }) => fault.what === 'malformed');
  for (const play of bot.plays) {
    const heardMs = (caller.heard.get(play.mark) ?? 0) / BYTES_PER_MS;
    if (isPure && isOwnMark(play.mark) && heardMs > play.totalMs + SAMPLE_MS) {
      broken.push(`the caller heard ${heardMs} ms of a playback of ${play.totalMs} ms`);
    }
    if (play.result && play.result.heardMs > play.totalMs + SAMPLE_MS) {
      broken.push(`the bot was told that ${play.result.heardMs} ms were heard of ${play.totalMs} ms`);
    }
  }
  return broken;
}

function audioMs(passed: readonly Passed[], bytesPerMs: number, untilMs: number): number {
  return passed.reduce((sum, { atMs, bytes }) => (atMs < untilMs ? sum + bytes / bytesPerMs : sum), 0);
}

/** Without faults the server knows what the caller heard. */
function sameOnBothSides(evidence: Evidence): string[] {
  const { plan, network, bot, caller } = evidence;
  // Unpaced frames mix with playbacks; a hold within a pause of the server's is told to nobody.
  const unclear = bot.rawFrames > 0 || (caller.holds > 0 && bot.pauses > 0) || plan.sinksThrow;
  const { result } = caller;
  const refused = result?.path === 'failure' && result.cause === 'rate-limited';
  const dropped = refused || result?.warnings.some(({ clause }) => clause?.startsWith('AC-RATE'));
  if (!network.faultFree || unclear || dropped) return [];
  return bot.plays.flatMap((play) => (isOwnMark(play.mark) ? judge(play, evidence) : []));
}

function judge({ mark, totalMs, result, resultAtMs = 0 }: PlayRecord, evidence: Evidence): string[] {
  if (!result) return [];
  const { caller, bot } = evidence;
  const heardMs = (caller.heard.get(mark) ?? 0) / BYTES_PER_MS;
  const text = `a playback of ${totalMs} ms was ${result.ended} after ${result.heardMs} ms; the caller heard ${heardMs} ms`;
  switch (result.ended) {
    case 'completed': {
      // The client tells of what its own end cuts as of what ran dry, and positions are no finer than a frame.
      const isOver = caller.result !== undefined && resultAtMs >= caller.result.durationMs;
      const leastMs = totalMs - (isOver ? blurOf(evidence) : newsMs(evidence));
      const isHeard = heardMs >= leastMs && heardMs <= totalMs + SAMPLE_MS;
      return isHeard && Math.abs(result.heardMs - totalMs) <= SAMPLE_MS ? [] : [text];
    }
    case 'assumed':
      // A frame of the caller that leaves late shortens a pair by more than a frame: then the deadline decides.
      return heardMs >= totalMs && totalMs - result.heardMs <= blurOf(evidence) ? [] : [text];
    case 'callEnded':
      return [];
    case 'interrupted': {
      // A barge-in that waits for its turn is heard late; its playback is over all the same. (DECISIONS.md #36)
      if (bot.turns > MANY_TURNS) return [];
      // So is one that finds the client at its own end.
      if (caller.result && resultAtMs + delayMs(evidence) >= caller.result.durationMs) return [];
      return Math.abs(result.heardMs - heardMs) <= blurOf(evidence) ? [] : [text];
    }
  }
}

/** How far the server may be off when it cannot wait: a frame for each time that the client ran dry, and the news on its way. */
function blurOf(evidence: Evidence): number {
  const { plan } = evidence;
  return Math.max(1, startsIn(evidence)) * plan.frameMs + delayMs(evidence);
}

/** How much the server may miss of a client that ran dry: the news may be slower than any round trip that it knows of. */
function newsMs(evidence: Evidence): number {
  return startsIn(evidence) > 1 ? delayMs(evidence) : SAMPLE_MS;
}

function startsIn({ log }: Evidence): number {
  return log.sent.up.filter(({ type }) => type === 'playback_started').length;
}

function delayMs(evidence: Evidence): number {
  return roundTripMs(evidence) + latenessMs(evidence, 'client') + latenessMs(evidence, 'server');
}

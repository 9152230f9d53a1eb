import { MEDIA_RATE } from '@hookline/protocol';
import type { PlayRecord } from '../bot-record.js';
import type { Passed } from '../call-log.js';
import type { Evidence } from '../evidence.js';
import { latenessMs, roundTripMs } from '../lateness.js';
import { isOwnMark, MULAW_PER_MS } from '../marked-audio.js';

/** A sample, in milliseconds, and the noise of adding up. */
const SAMPLE_MS = 1000 / MEDIA_RATE + 0.01;

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

function noMoreThanSent({ log, plan, caller, bot, weather }: Evidence): string[] {
  const broken: string[] = [];
  const perMs = plan.format === 'PCMU' ? MULAW_PER_MS : 2 * MULAW_PER_MS;
  const { result } = caller;
  const received = (until: number) => audioMs(log.arrived.down, perMs, until);
  if (result) {
    const { heardMs, cutMs, flushedMs } = result;
    const toldMs = heardMs + cutMs + flushedMs;
    if (toldMs > received(Number.POSITIVE_INFINITY) + SAMPLE_MS) {
      broken.push(`the result tells of ${toldMs} ms of audio; ${received(Number.POSITIVE_INFINITY)} ms came`);
    }
    const dropped = plan.onBreach === 'drop' || plan.onBreach === 'close';
    if (weather.calm && !dropped && toldMs < received(result.durationMs) - SAMPLE_MS) {
      broken.push(
        `the result tells of ${toldMs} ms of audio; ${received(result.durationMs)} ms came before the end`,
      );
    }
  }
  const isPure = weather.tampering.length === 0 && !weather.blows.some(({ blow }) => blow.what === 'rubbish');
  for (const play of bot.plays) {
    const heardMs = (caller.heard.get(play.mark) ?? 0) / MULAW_PER_MS;
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

/** On a calm line the server knows what the caller heard. */
function sameOnBothSides(evidence: Evidence): string[] {
  const { plan, weather, bot, caller } = evidence;
  // Unpaced frames mix with playbacks; a hold within a pause of the server's is told to nobody.
  const unclear = bot.rawFrames > 0 || (caller.holds > 0 && bot.pauses > 0) || plan.sinksThrow;
  const { result } = caller;
  const refused = result?.path === 'failure' && result.cause === 'rate-limited';
  const dropped = refused || result?.warnings.some(({ clause }) => clause?.startsWith('AC-RATE'));
  if (!weather.calm || unclear || dropped) return [];
  return bot.plays.flatMap((play) => (isOwnMark(play.mark) ? judge(play, evidence) : []));
}

function judge({ mark, totalMs, result }: PlayRecord, evidence: Evidence): string[] {
  if (!result) return [];
  const heardMs = (evidence.caller.heard.get(mark) ?? 0) / MULAW_PER_MS;
  switch (result.ended) {
    case 'completed': {
      // The client tells of what it cuts at its own end as of what ran dry: within a frame nobody can tell.
      const { frameMs } = evidence.plan;
      const missingMs = (evidence.caller.result?.cutMs ?? 0) > 0 ? frameMs : SAMPLE_MS;
      const isHeard = heardMs >= totalMs - missingMs && heardMs <= totalMs + SAMPLE_MS;
      if (isHeard && Math.abs(result.heardMs - totalMs) <= SAMPLE_MS) return [];
      return [
        `a playback of ${totalMs} ms completed with ${result.heardMs} ms; the caller heard ${heardMs} ms`,
      ];
    }
    case 'assumed':
      return ['the server had to assume that a playback was heard'];
    case 'callEnded':
      return [];
    case 'interrupted': {
      const blurMs = blurOf(evidence);
      if (Math.abs(result.heardMs - heardMs) <= blurMs) return [];
      return [
        `an interrupted playback ended with ${result.heardMs} ms; the caller heard ${heardMs} ms (± ${blurMs})`,
      ];
    }
  }
}

/** How far the server may be off when it cannot wait: a frame for each time that the client ran dry, and the news on its way. */
function blurOf(evidence: Evidence): number {
  const starts = evidence.log.sent.up.filter(({ type }) => type === 'playback_started').length;
  const lateMs = latenessMs(evidence, 'client') + latenessMs(evidence, 'server');
  return Math.max(1, starts) * evidence.plan.frameMs + roundTripMs(evidence) + lateMs;
}

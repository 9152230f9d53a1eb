import { type ClauseId, durationFromMs, MAX_BOT_BUFFER_MS } from '@hookline/protocol';
import type { WrongPong } from '../../heartbeat.js';
import type { Effect, Step } from '../effects.js';
import { abort, drop, end, failed, failWithError } from '../ending.js';
import type { PlainServerMessage, SessionEvent } from '../events.js';
import { onLost } from '../lost.js';
import { audioViolation } from '../messages/audio.js';
import { onDisconnect } from '../messages/disconnect.js';
import { onEvent } from '../messages/event.js';
import { onHold, onPause, onResume, onUnhold } from '../messages/pause.js';
import type { SessionRules } from '../rules.js';
import type { Open, SessionState } from '../states.js';

/** While the session is open. Illegal messages have been refused before. */
export function open(state: Open, event: SessionEvent, rules: SessionRules): Step<SessionState> {
  switch (event.type) {
    case 'received':
      return onMessage(state, event.message, rules);
    case 'pong':
      return [state, onPong(event)];
    case 'pingDue':
      if (!event.unanswered) return [state, [{ do: 'ping' }, { do: 'arm', timer: 'ping' }]];
      return failWithError(state, {
        code: 408,
        ...unansweredPing(event.wrongPong),
        cause: 'pong-timeout',
      });
    case 'audio': {
      const violation = audioViolation(state.media, event.byteLength);
      return violation ? failWithError(state, violation) : [state, []];
    }
    case 'malformed':
      return failWithError(state, { ...event, cause: 'protocol-violation' });
    case 'rateBreach':
      return onRateBreach(state, event, rules);
    case 'overflow':
      return failWithError(state, {
        code: 413,
        clause: 'AC-PLAY-6',
        text: `a frame would leave ${Math.ceil(event.bufferedMs / 1000)} s of audio waiting to be played; the buffer holds at most ${MAX_BOT_BUFFER_MS / 1000} s`,
        cause: 'buffer-overflow',
      });
    case 'timeout':
      if (event.timer !== 'maxDuration') return [state, []];
      return end(
        failed(state, 'max-duration', 'the call was still open after the maximum duration', {
          clause: 'AC-TIME-6',
        }),
      );
    case 'hangup':
      return end({ kind: 'callerGone', reason: 'callerHangup' });
    case 'abort':
      return end({ kind: 'callerGone', reason: 'aborted' });
    case 'hold':
      return onHold(state);
    case 'unhold':
      return onUnhold(state);
    case 'sourceFailed':
      return abort(state, 'caller-source', event.text);
    case 'unavailable':
      return abort(state, 'internal', 'the platform became unavailable, a simulated fault', 503);
    case 'internalFault':
      return abort(state, 'internal', event.text);
    case 'unread':
      return drop(failed(state, 'connection-lost', `the bot left ${event.bytes} bytes unread`), [
        { do: 'terminate' },
      ]);
    case 'lost':
      return onLost(state, event.end, 'AC-DISC-4');
    default:
      return [state, []];
  }
}

function onMessage(state: Open, message: PlainServerMessage, rules: SessionRules): Step<SessionState> {
  switch (message.type) {
    case 'disconnect':
      return onDisconnect(state, message, rules.drainOnDisconnect);
    case 'event':
      return [state, onEvent(message)];
    case 'pause':
      return onPause(state);
    case 'resume':
      return onResume(state);
    case 'reconnect':
      return [
        state,
        [{ do: 'warn', clause: 'AC-CONN-9', text: 'the bot asked for a reconnect, which is reserved' }],
      ];
    default:
      return [state, []];
  }
}

/** Which rule left a ping unanswered: a pong with a wrong number, if there was one, is the reason. */
function unansweredPing(wrong: WrongPong | undefined): { readonly clause: ClauseId; readonly text: string } {
  return wrong
    ? {
        clause: 'AC-PING-2',
        text: `Timeout waiting for pong: pong had clientseq ${wrong.clientseq}; expected ${wrong.expected}, the seq of the last ping`,
      }
    : {
        clause: 'AC-PING-3',
        text: 'Timeout waiting for pong: the last ping was not answered before the next was due',
      };
}

/** A wrong pong is reported and otherwise ignored: its ping stays unanswered. (AC-PING-2, AC-PING-4) */
function onPong(event: Extract<SessionEvent, { type: 'pong' }>): readonly Effect[] {
  switch (event.answers) {
    case 'ping':
      return event.first ? [{ do: 'ping' }] : [];
    case 'nothing':
      return warnPeer(409, 'AC-PING-4', 'pong arrived although no ping was pending');
    case 'another':
      return warnPeer(400, 'AC-PING-2', 'pong has a clientseq that is not the seq of the pending ping');
  }
}

function warnPeer(code: 400 | 409, clause: 'AC-PING-2' | 'AC-PING-4', text: string): readonly Effect[] {
  return [
    { do: 'warn', clause, text },
    { do: 'warnPeer', parameters: { code, message: `${clause}: ${text}` } },
  ];
}

function onRateBreach(
  state: Open,
  event: Extract<SessionEvent, { type: 'rateBreach' }>,
  rules: SessionRules,
): Step<SessionState> {
  const { clause, kind, retryAfterMs } = event;
  const text = `the bot sends ${kind} messages more often than the platform allows`;
  if (rules.onBreach === 'close') {
    return failWithError(state, { code: 429, clause, text, cause: 'rate-limited' });
  }
  // DECISIONS.md #48
  if (rules.onBreach === 'ladder' && event.persists) {
    const persistent = `${text}, and continued each time after retryAfter of error 429 had passed`;
    return failWithError(state, { code: 429, clause, text: persistent, cause: 'rate-limited' });
  }
  if (retryAfterMs === undefined) return [state, []];
  const parameters = {
    code: 429,
    message: `${clause}: ${text}`,
    retryAfter: durationFromMs(Math.ceil(retryAfterMs), rules.durations),
  };
  // AC-RATE-5
  return [
    state,
    [
      { do: 'warn', clause, text },
      { do: 'send', message: { type: 'error', parameters } },
    ],
  ];
}

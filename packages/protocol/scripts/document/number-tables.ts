import {
  CLIENT_AUDIO_CREDIT_MS,
  CLIENT_MAX_PAYLOAD_BYTES,
  MAX_BOT_BUFFER_MS,
  MAX_BOT_FRAME_BYTES,
  MAX_CLIENT_AUDIO_SPEED,
  MAX_CLIENT_TEXT_PER_SECOND,
  MAX_TEXT_CHARS,
  PLATFORM_RATES,
  SERVER_MAX_PAYLOAD_BYTES,
} from '../../src/limits.js';
import { ERROR_CODES } from '../../src/messages/error.js';
import {
  CLOCK_SKEW_SECONDS,
  MAX_SIGNATURE_AGE_SECONDS,
  MIN_NONCE_CHARS,
  SIGNATURE_LIFETIME_SECONDS,
} from '../../src/signature/parameters.js';
import { CLIENT_TIMERS, FRAME_MS, SERVER_TIMERS } from '../../src/timers.js';
import { table } from './table.js';

/** The codes of `error`. */
export function errorTable(): string {
  return table(
    ['code', 'meaning'],
    Object.entries(ERROR_CODES).map(([code, meaning]) => [code, meaning]),
  );
}

/** Every timer of the protocol, with its rule. */
export function timerTable(): string {
  const {
    upgradeMs,
    openedMs,
    firstPingMs,
    pingIntervalMs,
    closedMs,
    closedAfterPongTimeoutMs,
    maxDurationMs,
  } = CLIENT_TIMERS;
  const row = (span: string, ms: number, side: string, clause: string) => [
    span,
    `${ms / 1000} s`,
    side,
    clause,
  ];
  return table(
    ['from … to', 'at most', 'timed by', 'rule'],
    [
      row('dialling … the end of the upgrade', upgradeMs, 'client', 'AC-TIME-1'),
      row('`open` … `opened`', openedMs, 'client', 'AC-OPEN-3'),
      row('`opened` … the first `ping`', firstPingMs, 'client', 'AC-PING-5'),
      row('`ping` … `pong`, and one `ping` to the next', pingIntervalMs, 'client', 'AC-PING-3'),
      row('`close` … `closed`', closedMs, 'client', 'AC-CLOSE-2'),
      row(
        'the same, after a `ping` without an answer',
        closedAfterPongTimeoutMs,
        'client',
        'Hookline: the server does not respond',
      ),
      row('`opened` … the end of the call', maxDurationMs, 'client', 'AC-TIME-6'),
      row(
        'the connection … the end of the request head',
        SERVER_TIMERS.upgradeHeadersMs,
        'server',
        'Hookline: the connection is closed',
      ),
      row('the upgrade … `open`', SERVER_TIMERS.openMs, 'server', 'AC-TIME-2'),
      row('one received frame … the next', SERVER_TIMERS.silenceMs, 'server', 'AC-TIME-3'),
      row('`disconnect` … `close`', SERVER_TIMERS.closeMs, 'server', 'AC-TIME-4'),
      row('`closed` … the end of the socket', SERVER_TIMERS.socketMs, 'server', 'AC-TIME-5'),
    ],
  );
}

/** Every limit of the protocol on sizes and rates. */
export function limitTable(): string {
  const number = (value: number) => value.toLocaleString('en-US');
  const { text, binary, pause, resume } = PLATFORM_RATES;
  const rate = ({ perSecond, burst }: { perSecond: number; burst: number }) =>
    `${perSecond} per second, bursts of ${burst}`;
  return table(
    ['what', 'limit', 'rule'],
    [
      ['text frame', `${number(MAX_TEXT_CHARS)} characters`, 'AC-MSG-10'],
      ['binary frame of the server', `${number(MAX_BOT_FRAME_BYTES)} bytes`, 'AC-AUDIO-4'],
      ['bot audio that the client buffers', `${MAX_BOT_BUFFER_MS / 60_000} min`, 'AC-PLAY-6'],
      ['caller audio in one frame', `${FRAME_MS} ms by default, any length allowed`, 'AC-AUDIO-6'],
      ['text messages of the server', rate(text), 'AC-RATE-1'],
      ['binary frames of the server', rate(binary), 'AC-RATE-2'],
      ['`pause`', rate(pause), 'AC-RATE-3'],
      ['`resume`', rate(resume), 'AC-RATE-3'],
      ['text messages of the client', `${MAX_CLIENT_TEXT_PER_SECOND} per second`, 'AC-RATE-6'],
      ['caller audio in a burst, after a delay', `${CLIENT_AUDIO_CREDIT_MS / 1000} s`, 'AC-AUDIO-11'],
      ['caller audio, sustained', `${MAX_CLIENT_AUDIO_SPEED} times real time`, 'Hookline: more is dropped'],
      [
        'WebSocket message, at the client',
        `${number(CLIENT_MAX_PAYLOAD_BYTES)} bytes`,
        'AC-MSG-10, AC-AUDIO-4: a longer one closes with 1009',
      ],
      [
        'WebSocket message, at the server',
        `${number(SERVER_MAX_PAYLOAD_BYTES)} bytes`,
        'Hookline: a longer one closes with 1009',
      ],
      [
        'age of a signature',
        `${MAX_SIGNATURE_AGE_SECONDS} s and ${CLOCK_SKEW_SECONDS} s of clock skew`,
        'AC-SIG-5',
      ],
      ['lifetime of a signature', `${SIGNATURE_LIFETIME_SECONDS} s`, 'AC-SIG-7'],
      ['nonce of a signature', `at least ${MIN_NONCE_CHARS} characters`, 'AC-SIG-4'],
    ],
  );
}

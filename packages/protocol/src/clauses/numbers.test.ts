import { describe, expect, it } from 'vitest';
import { PROTOCOL_VERSION } from '../envelope.js';
import {
  CLIENT_AUDIO_CREDIT_MS,
  MAX_BOT_BUFFER_MS,
  MAX_BOT_FRAME_BYTES,
  MAX_CLIENT_TEXT_PER_SECOND,
  MAX_TEXT_CHARS,
  PLATFORM_RATES,
} from '../limits.js';
import { MEDIA_RATE } from '../media.js';
import { CLOCK_SKEW_SECONDS, MAX_SIGNATURE_AGE_SECONDS, MIN_NONCE_CHARS } from '../signature/parameters.js';
import { CLIENT_TIMERS, SERVER_TIMERS } from '../timers.js';
import { type ClauseId, clauses } from './manifest.js';

const { text, binary, pause, resume } = PLATFORM_RATES;
const seconds = (ms: number) => `${ms / 1000} s`;
const minutes = (ms: number) => `${ms / 60_000} min`;

/** What the rules say in numbers, in the words of the code that keeps them. */
const BOUNDS: Partial<Record<ClauseId, readonly string[]>> = {
  'AC-SIG-4': [`${MIN_NONCE_CHARS} characters`],
  'AC-SIG-5': [`${MAX_SIGNATURE_AGE_SECONDS} s`],
  'AC-SIG-6': [`${CLOCK_SKEW_SECONDS} s`],
  'AC-MSG-2': [`string "${PROTOCOL_VERSION}"`],
  'AC-MSG-10': [`${MAX_TEXT_CHARS.toLocaleString('en-US')} characters`],
  'AC-OPEN-3': [seconds(CLIENT_TIMERS.openedMs)],
  'AC-MEDIA-2': [`rate ${MEDIA_RATE}`],
  'AC-AUDIO-4': [`${MAX_BOT_FRAME_BYTES.toLocaleString('en-US')} bytes`],
  'AC-AUDIO-11': [seconds(CLIENT_AUDIO_CREDIT_MS)],
  'AC-PLAY-6': [minutes(MAX_BOT_BUFFER_MS)],
  'AC-PING-3': [seconds(CLIENT_TIMERS.pingIntervalMs)],
  'AC-PING-5': [
    `${seconds(CLIENT_TIMERS.firstPingMs)} after`,
    `every ${seconds(CLIENT_TIMERS.pingIntervalMs)}`,
  ],
  'AC-CLOSE-2': [seconds(CLIENT_TIMERS.closedMs)],
  'AC-RATE-1': [`${text.perSecond} text messages a second`, `bursts of ${text.burst}`],
  'AC-RATE-2': [`${binary.perSecond} binary frames a second`, `bursts of ${binary.burst}`],
  'AC-RATE-3': [
    `${pause.perSecond} \`pause\``,
    `${resume.perSecond} \`resume\` messages a second`,
    `bursts of ${pause.burst}`,
  ],
  'AC-RATE-6': [`${MAX_CLIENT_TEXT_PER_SECOND} text messages a second`],
  'AC-TIME-1': [seconds(CLIENT_TIMERS.upgradeMs)],
  'AC-TIME-2': [seconds(SERVER_TIMERS.openMs)],
  'AC-TIME-3': [seconds(SERVER_TIMERS.silenceMs)],
  'AC-TIME-4': [seconds(SERVER_TIMERS.closeMs)],
  'AC-TIME-5': [seconds(SERVER_TIMERS.socketMs)],
  'AC-TIME-6': [minutes(CLIENT_TIMERS.maxDurationMs)],
};

/** Numbers that are the rule itself and stand nowhere else: a count from 1, HTTP 401, error 429, 2^53, a range of keys. */
const NO_BOUND: readonly ClauseId[] = [
  'AC-AUTH-2',
  'AC-MSG-6',
  'AC-MSG-8',
  'AC-DUR-1',
  'AC-OPEN-6',
  'AC-EVENT-4',
  'AC-DTMF-2',
  'AC-RATE-4',
  'AC-RATE-5',
];

/** The numbers in a text, but for those in names such as L16. */
const numbersIn = (words: string) => words.match(/(?<![\w^])\d[\d,]*(?!\w)/g) ?? [];

describe('the numbers in the rules', () => {
  it.each(clauses.filter(({ id }) => !NO_BOUND.includes(id)))(
    'are those of the code: $id',
    ({ id, sentence }) => {
      const bounds = BOUNDS[id] ?? [];
      for (const bound of bounds) expect(sentence).toContain(bound);
      expect(numbersIn(sentence)).toEqual(bounds.flatMap(numbersIn));
    },
  );

  it('give both kinds of a rate the same burst, where one sentence speaks for both', () => {
    expect(resume).toEqual(pause);
  });
});

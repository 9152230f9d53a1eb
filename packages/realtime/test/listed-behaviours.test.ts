import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const ADAPTERS = ['openai', 'deepgram', 'elevenlabs', 'gemini'] as const;

/** The required behaviours of a bridge, and the tests of each: `file: start of the title`. */
const BEHAVIOURS: readonly (readonly [sentence: string, ...tests: string[]])[] = [
  [
    'truncates at the audio that the client played, within one frame, at round trips of 0, 120 and 300 ms, before and after the first rtt',
    'interruption: truncates at the heard audio if the caller speaks %i ms into the reply, within one frame',
    'required-behaviour: at a round trip of $rttMs ms',
  ],
  [
    'truncates each of several items separately: later items at 0, and fully heard items not at all',
    'interruption: truncates each part of a reply separately: not the heard part, the current one, and later',
    'behaviour: truncates a part whose audio is interleaved with another one once, at all of its heard',
  ],
  [
    'truncates nothing beyond the received audio, without audio, while nothing plays, or in restored items',
    'interruption: never truncates beyond the received audio, without audio, or while nothing plays',
    'interruption: truncates no part of a closed session, although its reply still plays',
    'behaviour: truncates neither a reply without audio yet, nor one that was restored as text',
  ],
  [
    'truncates long after generation ended',
    'interruption: truncates long after the reply was generated, while it still plays',
  ],
  [
    'plays no late audio of a cancelled reply, and the next reply from its first byte',
    'interruption: plays nothing of the old reply, even if audio arrives late, and all of the next from its',
    'late-audio: ends the reply for good: its audio of %i ms later is not heard',
    'required-behaviour: plays nothing of the old reply, even if audio arrives late, and sends exactly one barge_in',
    'elevenlabs: drops audio of an interrupted reply by its id, and starts the next reply',
    'deepgram: counts replies, and assigns audio that arrives after speech to the interrupted reply',
  ],
  [
    'sends exactly one barge_in per interruption, and none while nothing plays',
    'required-behaviour: plays nothing of the old reply, even if audio arrives late, and sends exactly one barge_in',
    'interruption: sends no barge_in while nothing plays',
  ],
  [
    'leaves no gap between the items of a reply at a round trip of 300 ms',
    'interruption: leaves no gap between the parts of one reply',
  ],
  [
    'passes the same mu-law bytes in both directions, without a resampler',
    'conversation: passes as identical mu-law bytes in both directions',
    'required-behaviour: mu-law bytes are identical in both directions, and the first words of the caller arrive',
    'behaviour: as mu-law loads no resampler, and the service receives only the caller from a call with',
  ],
  [
    'sends only the caller to the service, in its format, and a PCM service keeps frequency and level',
    'conversation: reaches the service as the mu-law of only the caller, from a call with L16',
    'behaviour: as mu-law loads no resampler, and the service receives only the caller from a call with two channels',
    'behaviour: of a PCM service keeps frequency and level in both directions, without clicks between',
  ],
  [
    'sends earlier caller audio to the service when it is ready, in order, and counts audio beyond the bound',
    'conversation: of the caller from before the service is ready arrives completely and in order',
    'conversation: beyond the buffer is dropped, the oldest first, and counted',
    'agents: buffers at most 5 s of the caller until the session accepts audio, and truncates a reply',
  ],
  [
    'plays a service that sends in real time without an underrun',
    'behaviour: of a service that sends in real time in pieces of 20 ms plays without an underrun',
  ],
  [
    'limits a reply of three minutes generated in two seconds, and delays no frame of the caller',
    'behaviour: of three minutes generated in two seconds starts at once, is buffered up to the limit,',
    'conversation: of a reply that is too long is truncated, and the reply is cancelled',
  ],
  [
    'starts an audio greeting within 50 ms of opened, and the model does not greet again',
    'behaviour: as audio starts within 50 ms of opened although the service needs 2 s, and is added to',
  ],
  [
    'sets outputs that are checked at once, and ends when the goodbye was heard',
    'conversation: sets outputs that are checked at once',
    'conversation: waits until the goodbye was heard, even if the caller speaks over it, and returns the',
    'ending-with-tools: ends soon after the goodbye was heard although the service waits for the result',
    'ending-with-tools: waits for the other tools of the same reply, and returns what they set',
    'ending-with-tools: runs the tools that the same reply requests after it, of a service that ends it %s',
  ],
  [
    'returns the target of a transfer, and reports an unknown target to the model',
    'conversation: by transfer returns the target as an output, and an unknown target is reported to the',
  ],
  [
    'survives a tool that throws, hangs, is unknown, gets bad JSON or is called twice',
    'conversation: that throws, hangs, is unknown or is called twice has no other effect, and reveals no',
  ],
  [
    'continues a tool while the caller speaks, and aborts one that the service cancels',
    'conversation: continues while the caller speaks, and its result starts no reply over them',
    'conversation: that the service cancels is aborted, and its result is not sent',
  ],
  [
    'requests one reply at a time',
    'conversation: is never requested during another one; the next is requested when that is done',
    'behaviour: requests a second reply only after the first is done',
  ],
  [
    'interrupts at a key, reports keys as one text, and none while a tool collects digits',
    'conversation: interrupt, and are reported as one text',
    'behaviour: reports no keys while a tool collects digits, and reports later keys',
  ],
  [
    'reports only heard text in a turn, and truncates long texts',
    'conversation: contain only what the caller heard',
    'conversation: are truncated if a model writes without end',
  ],
  [
    'takes the failure path with a message if the service is down, refuses or limits, with the outputs so far',
    'conversation: with %s at the start causes the failure path with its message',
    'conversation: with a rate limit is dialled once more if its retry delay is short',
    'conversation: to answer at all causes the failure path within connectMs',
    'behaviour: are part of the failure path if the service is lost',
  ],
  [
    'reconnects if the service disconnects during a reply, and stops after its attempts',
    'conversation: during a reply is dialled again, with the history, the audio of the caller in between and',
    'conversation: permanently causes the failure path after its attempts, with the collected outputs',
    'required-behaviour: is dialled again with the history',
    'frozen-connection: is replaced within 15 s',
  ],
  [
    'replaces a session with an announced expiry between replies, after closing the old one',
    'conversation: with an announced expiry is replaced in a pause, after the old session is closed',
    'conversation: is renewed just before it although a reply plays, which the caller hears whole',
    'no-speech-reports: is not renewed while words of the caller arrive, until just before its end',
    'gemini: resumes with the handle, and with the history only without a handle',
  ],
  [
    'leaves no sockets or timers if the caller hangs up in any state',
    "required-behaviour: hang-up closes the service's socket within 100 ms",
    'hang-up: although the service never answers the closing handshake',
    'hang-up: while a lost connection is dialled again',
    'hang-up: while a tool runs, and aborts the tool',
    'required-behaviour: 200 calls leave no sockets, timers or memory',
    'agents: closes the service when the caller hangs up',
  ],
  [
    'asks after silence, then ends; a long tool call does not count as silence, and a call has a maximum length',
    'conversation: is asked about twice, then the call ends',
    'conversation: does not include a long tool call',
    'conversation: or not, a call has a maximum length',
  ],
  [
    'detects a reply that does not arrive, is empty or fails',
    'conversation: that does not arrive is requested once more, then the service counts as silent',
    'behaviour: is ended after replyMs, cancelled and requested again, so that the caller does not wait',
    'no-speech-reports: is asked for a reply if none comes in time after a whole transcript',
    'gemini: reports a turn without anything said as an empty reply, and the words of the caller as final',
    'behaviour: whose replies are empty or fail (%s) is asked again with pauses, then the call takes the failure',
    'behaviour: that fails is requested again %s',
  ],
  [
    'drops caller audio if the socket of the service is slow, the oldest first',
    'caller-input: waits while the service takes none, the oldest dropped and counted',
    'behaviour: drops the oldest audio if the socket of the service is slow, and is not late afterwards',
    'conversation: for a service that reads too slowly is dropped instead of delayed',
  ],
  [
    'fills a hold with silence and does not count it as heard',
    'behaviour: fills a hold with silence',
    'caller: does not count a hold as heard',
  ],
  [
    'interrupts once if both detect the speech, and delays by guard and by words without a gap',
    'interruption: does not happen twice if both the call and the service detect the same speech',
    'both-detectors: speech that the call finds first and the service afterwards interrupts once',
    'interruption: is delayed by the guard and by the minimum length of speech, without a gap in playback',
    'interruption: waits for words if they must confirm it',
  ],
  [
    'uses the types of each vendor, and continues after unknown events and invalid frames',
    ...ADAPTERS.map((adapter) => `${adapter}: sends messages that the vendor types`),
    ...ADAPTERS.map((adapter) => `${adapter}: continues after invalid messages`),
    'voice-live: requests the same session as the official client, at the same path',
    'voice-live: reads the older names of the protocol',
  ],
  [
    'runs an agent with tools, a guardrail and a handoff, and keeps its history after a truncation',
    'agents: runs an agent with a tool and a handoff: truncates each item at what was heard, and ends',
    'agents: stops a reply that a guardrail rejects, reports how much was heard, and keeps the',
  ],
  [
    'holds for 500 calls under random faults',
    'many-calls: calls under random faults truncate where the caller heard',
  ],
];

const texts = new Map<string, string>();
function textOf(file: string): string {
  const known =
    texts.get(file) ??
    readFileSync(fileURLToPath(new URL(`${file}.test.ts`, import.meta.url)), 'utf8').replaceAll("\\'", "'");
  texts.set(file, known);
  return known;
}

test.each(BEHAVIOURS.map(([sentence, ...tests], index) => ({ number: index + 1, sentence, tests })))(
  'behaviour $number: $sentence',
  ({ tests }) => {
    expect(tests.length).toBeGreaterThan(0);
    for (const named of tests) {
      const [file = '', title = ''] = named.split(/: (.*)/s);
      expect(textOf(file), named).toContain(title);
    }
  },
);

test('there are 32 behaviours', () => {
  expect(BEHAVIOURS).toHaveLength(32);
});

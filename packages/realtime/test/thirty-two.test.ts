import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const ADAPTERS = ['openai', 'deepgram', 'elevenlabs', 'gemini'] as const;

/** What a bridge must do, and the tests that hold it to that: `file: beginning of the title`. */
const BEHAVIOURS: readonly (readonly [sentence: string, ...tests: string[]])[] = [
  [
    'truncates at what the client played, within one frame, at round trips of 0, 120 and 300 ms, before and after the first rtt',
    'interruption: truncates what was heard when the caller speaks',
    'must-hold: at a round trip of $rttMs ms',
  ],
  [
    'truncates each of several items at its own part, those behind at 0, and those heard in full not',
    'interruption: truncates each part of a reply at its own place',
    'behaviour: truncates a part whose audio came in turns with another once',
  ],
  [
    'truncates nothing beyond the audio received, without audio, when nothing plays, or that was restored',
    'interruption: truncates nothing beyond the audio received',
    'interruption: truncates no part of a session that is gone',
    'behaviour: truncates nothing of a reply whose audio has not come',
  ],
  [
    'truncates long after generation ended',
    'interruption: truncates long after the reply was made, while it still plays',
  ],
  [
    'lets no late audio of a cancelled reply be heard, and the next reply from its first byte',
    'interruption: lets nothing of the old reply be heard, whatever comes late',
    'must-hold: lets nothing of the old reply be heard, whatever arrives late',
    'elevenlabs: drops audio that an interruption made void',
    'deepgram: counts replies, and takes audio that comes after speech',
  ],
  [
    'sends exactly one barge_in an interruption, and none when nothing plays',
    'must-hold: lets nothing of the old reply be heard, whatever arrives late, and sends exactly one barge_in',
    'interruption: sends no barge_in when nothing plays',
  ],
  [
    'leaves no gap between the items of a reply at a round trip of 300 ms',
    'interruption: leaves no gap between the parts of one reply',
  ],
  [
    'passes the same mu-law bytes in both directions, without a resampler',
    'conversation: passes as the same mu-law bytes in both directions',
    'must-hold: mu-law bytes are identical both ways',
    'behaviour: of mu-law loads no resampler',
  ],
  [
    'gives the service the caller alone in its shape, and a service of PCM keeps frequency and level',
    'conversation: reaches the service as the caller alone, mu-law, on a call of L16',
    'behaviour: of mu-law loads no resampler, and the service gets the caller alone of a call of two channels',
    'behaviour: of a service of PCM keeps frequency and level both ways',
  ],
  [
    'gives the service what the caller said before it was ready, in order, and counts what is beyond the bound',
    'conversation: that the caller gave before the service was ready arrives, complete and in order',
    'conversation: beyond what is held goes, the oldest first, and is counted',
    'agents: holds 5 s of the caller at most until the session takes audio',
  ],
  [
    'plays a service that paces at real time without an underrun',
    'behaviour: of a service that paces at real time in pieces of 20 ms',
  ],
  [
    'bounds a reply of three minutes made in two seconds, and delays no frame of the caller',
    'behaviour: of three minutes made in two seconds',
    'conversation: of a reply that is too long is cut',
  ],
  [
    'starts a greeting of audio within 50 ms of opened, and the model does not greet again',
    'behaviour: as audio starts within 50 ms of opened',
  ],
  [
    'sets outputs that are checked at once, and ends when the goodbye was heard',
    'conversation: sets outputs that are checked where they are set',
    'conversation: waits until the goodbye was heard, whatever the caller says on it',
  ],
  [
    'returns the target of a transfer, and tells the model of one that is not known',
    'conversation: by transfer gives the target as an output',
  ],
  [
    'survives a tool that throws, hangs, is unknown, gets bad JSON or is called twice',
    'conversation: that throws, hangs, is unknown or is asked for twice',
  ],
  [
    'lets a tool go on while the caller speaks, and aborts the one that the service takes back',
    'conversation: goes on while the caller speaks, and its result starts no reply over them',
    'conversation: that the service takes back is aborted',
  ],
  [
    'asks for one reply at a time',
    'conversation: is never asked for while another is made',
    'behaviour: asks for no second reply before the first is done',
  ],
  [
    'interrupts by a key, tells keys as one text, and none while a tool collects digits',
    'conversation: interrupt, and are told as one text',
    'behaviour: tells no key while a tool collects digits',
  ],
  [
    'says no more in a turn than was heard, and cuts what is too long',
    'conversation: say no more than the caller heard',
    'conversation: are cut where a model writes without end',
  ],
  [
    'takes the failure path with its words when the service is down, refuses or limits, with the outputs so far',
    'conversation: with %s at the start takes the failure path with its words',
    'conversation: with a limit is asked once more',
    'conversation: to answer at all takes the failure path within connectMs',
    'behaviour: reach the failure path when the service is lost',
  ],
  [
    'connects anew when the service drops mid reply, and gives up when its attempts are used up',
    'conversation: mid reply is connected to anew',
    'conversation: for good takes the failure path when its attempts are used up',
    'must-hold: is connected to again with what was said',
  ],
  [
    'renews a session whose end was announced between replies, the old one closed first',
    'conversation: by an expiry that it announced is renewed in a pause',
    'gemini: resumes by the handle',
  ],
  [
    'leaves nothing behind when the caller hangs up in any state',
    "must-hold: hang-up closes the service's socket within 100 ms",
    'must-hold: 200 calls leave no socket, no timer and no memory behind',
    'agents: closes the service when the caller hangs up',
  ],
  [
    'asks after silence, then ends; a long tool is none, and a call has a longest length',
    'conversation: is asked about twice, then the call ends',
    'conversation: is not what a long tool is',
    'conversation: or not, a call has a longest length',
  ],
  [
    'watches for a reply that does not come, is empty or fails',
    'conversation: that does not come, is empty or fails',
    'behaviour: whose reply is empty or fails asks once more',
  ],
  [
    'drops caller audio for a slow socket of the service, the oldest first',
    'behaviour: drops what a slow socket of the service does not take',
    'conversation: for a service that reads too slowly is dropped',
  ],
  [
    'fills a hold with silence and does not count it as heard',
    'behaviour: fills a hold with silence',
    'caller: does not count a hold as heard',
  ],
  [
    'interrupts once when both find the speech, and holds back by guard and by words without a gap',
    'interruption: does not happen twice when both the call and the service find the same speech',
    'both-detectors: speech that the call finds first and the service afterwards interrupts once',
    'interruption: is held back by the guard',
    'interruption: waits for words where they have to confirm it',
  ],
  [
    "speaks each vendor's own types, and goes on after unknown events and broken frames",
    ...ADAPTERS.map((adapter) => `${adapter}: sends messages that the vendor types`),
    ...ADAPTERS.map((adapter) => `${adapter}: goes on after messages that make no sense`),
    'voice-live: asks for the session that the official client asks for',
    'voice-live: reads the older names of the protocol',
  ],
  [
    'carries an agent with tools, a guardrail and a handoff, and its history after a truncation',
    'agents: carries an agent with a tool and a handoff',
    'agents: stops a reply that a guardrail trips on',
  ],
  [
    'keeps all this for 500 calls in any weather',
    'many-calls: calls in any weather truncate where the caller heard',
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

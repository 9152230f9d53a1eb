import type { ClauseId } from '@hookline/protocol';

/** A bot that breaks exactly one rule. */
interface FaultEntry {
  /** The name, which describes the fault. */
  readonly name: string;
  readonly breaks: ClauseId;
  /** What the bot does, in one sentence. */
  readonly about: string;
}

const fault = <const Name extends string>(name: Name, breaks: ClauseId, about: string) => ({
  name,
  breaks,
  about,
});

const entries = [
  fault('redirects', 'AC-CONN-3', 'Answers the upgrade with HTTP 302.'),
  fault(
    'selects-a-subprotocol',
    'AC-CONN-5',
    'Selects a WebSocket subprotocol that the client did not offer.',
  ),
  fault(
    'insists-on-compression',
    'AC-CONN-6',
    'Answers with permessage-deflate, which the client did not offer.',
  ),
  fault('dies-of-a-lost-connection', 'AC-CONN-10', 'Drops all calls when one connection is lost.'),
  fault('takes-any-key', 'AC-AUTH-1', 'Accepts an unknown API key.'),
  fault('refuses-with-500', 'AC-AUTH-2', 'Answers wrong credentials with HTTP 500.'),
  fault(
    'takes-unsigned',
    'AC-AUTH-3',
    'Accepts a request without a signature although the key has a secret.',
  ),
  fault('takes-a-foreign-session', 'AC-AUTH-4', 'Opens a call whose id differs from the header.'),
  fault(
    'takes-a-foreign-organization',
    'AC-AUTH-5',
    'Opens a call whose organization differs from the header.',
  ),
  fault(
    'leaves-a-refused-call-open',
    'AC-AUTH-6',
    'Refuses with disconnect unauthorized and does not answer close.',
  ),
  fault('refuses-without-a-reason', 'AC-AUTH-7', 'Refuses with an empty body.'),
  fault(
    'wants-another-order',
    'AC-SIG-1',
    'Accepts the components of a signature only in the order of production.',
  ),
  fault('takes-a-partial-signature', 'AC-SIG-1', 'Accepts a signature that does not cover all components.'),
  fault('keys-with-the-text', 'AC-SIG-2', 'Uses the text of the client secret as the key.'),
  fault('ignores-keyid', 'AC-SIG-3', 'Does not compare keyid with X-API-KEY.'),
  fault('takes-a-short-nonce', 'AC-SIG-4', 'Accepts a nonce of any length.'),
  fault('takes-an-old-signature', 'AC-SIG-5', 'Does not check the age of a signature.'),
  fault('takes-a-future-signature', 'AC-SIG-6', 'Accepts a signature made in the future.'),
  fault('takes-an-expired-signature', 'AC-SIG-7', 'Does not check expires.'),
  fault('takes-a-replay', 'AC-SIG-9', 'Does not remember nonces.'),
  fault('verifies-without-the-query', 'AC-SIG-10', 'Omits the query from @request-target.'),
  fault('verifies-without-the-port', 'AC-SIG-10', 'Omits the port from @authority.'),
  fault('wants-the-label-sig1', 'AC-SIG-11', 'Accepts no signature with another label.'),
  fault('dies-of-a-short-signature', 'AC-SIG-12', 'Answers a signature of the wrong length with HTTP 500.'),
  fault('sends-no-json', 'AC-MSG-1', 'Sends a line of text instead of its first event.'),
  fault('version-as-a-number', 'AC-MSG-2', 'Sends version as a number.'),
  fault('leaves-out-parameters', 'AC-MSG-3', 'Sends pong without parameters.'),
  fault('mixes-up-ids', 'AC-MSG-4', 'Sends events with another id.'),
  fault('type-as-a-number', 'AC-MSG-5', 'Sends an event whose type is a number.'),
  fault('counts-from-zero', 'AC-MSG-6', 'Gives its first message seq 0.'),
  fault('skips-a-seq', 'AC-MSG-6', 'Increases seq by two for each pong.'),
  fault('leaves-out-clientseq', 'AC-MSG-7', 'Sends events with serverseq instead of clientseq.'),
  fault('refuses-a-large-open', 'AC-MSG-10', 'Ends a call whose open is longer than 32 KB.'),
  fault('drops-a-large-open', 'AC-MSG-10', 'Ends the connection because of an open longer than 32 KB.'),
  fault('sends-too-long-a-text', 'AC-MSG-10', 'Sends an event of 70,000 characters.'),
  fault('chokes-on-unknown-fields', 'AC-MSG-11', 'Ends the call because of an unknown field.'),
  fault(
    'chokes-on-playback',
    'AC-MSG-12',
    'Ends the call because of playback_started, which it does not know.',
  ),
  fault('chokes-on-unknown-types', 'AC-MSG-12', 'Ends the call because of an unknown message type.'),
  fault('does-not-count-unknown-types', 'AC-MSG-13', 'Ignores an unknown type without counting it.'),
  fault(
    'sees-no-unknown-types',
    'AC-MSG-13',
    'Ignores an unknown type without counting it, and names the message before it when it ends the call.',
  ),
  fault('sends-an-unknown-type', 'AC-MSG-14', 'Sends a message of an unknown type.'),
  fault('ignores-a-gap', 'AC-MSG-15', 'Continues when a seq is missing.'),
  fault('dies-of-malformed-text', 'AC-MSG-16', 'Drops all calls when one sends invalid JSON.'),
  fault('writes-minutes', 'AC-DUR-1', 'Writes discardTo as PT0M0S.'),
  fault('reads-whole-seconds', 'AC-DUR-1', 'Refuses messages whose position has decimals.'),
  fault('never-opens', 'AC-OPEN-2', 'Does not answer open.'),
  fault('opens-late', 'AC-OPEN-3', 'Answers open too late.'),
  fault('takes-all-offers', 'AC-OPEN-4', 'Answers open with the same offer twice.'),
  fault('leaves-out-start-paused', 'AC-OPEN-5', 'Sends opened without startPaused.'),
  fault('speaks-before-opened', 'AC-OPEN-6', 'Sends an event before opened.'),
  fault('opens-twice', 'AC-OPEN-7', 'Sends opened twice.'),
  fault('answers-a-second-open', 'AC-OPEN-8', 'Answers a second open with opened.'),
  fault('lists-languages-unasked', 'AC-OPEN-11', 'Lists its languages without a request.'),
  fault('adds-to-media', 'AC-MEDIA-1', 'Adds a field to the media object.'),
  fault('opens-at-16-khz', 'AC-MEDIA-2', 'Answers with a rate of 16,000.'),
  fault('prefers-l16', 'AC-MEDIA-4', 'Selects L16 although PCMU is offered.'),
  fault(
    'takes-the-last-offer',
    'AC-MEDIA-4',
    'Selects the last offer, even without the channel of the caller.',
  ),
  fault('sends-a-header', 'AC-AUDIO-1', 'Sends a WAV file with its header.'),
  fault('plays-before-opened', 'AC-AUDIO-2', 'Sends audio before opened.'),
  fault('plays-after-disconnect', 'AC-AUDIO-3', 'Sends audio after disconnect.'),
  fault('sends-too-large-a-frame', 'AC-AUDIO-4', 'Sends its greeting as one frame of 70,000 bytes.'),
  fault('cuts-a-sample', 'AC-AUDIO-5', 'Sends L16 in frames of an odd length.'),
  fault(
    'wants-whole-frames',
    'AC-AUDIO-6',
    'Ends the call because of a frame that is not a multiple of 1,600 bytes.',
  ),
  fault('chokes-on-stray-audio', 'AC-AUDIO-9', 'Ends the call because of audio while the client is paused.'),
  fault('chokes-on-an-empty-frame', 'AC-AUDIO-10', 'Ends the call because of an empty binary frame.'),
  fault('chokes-on-a-burst', 'AC-AUDIO-11', 'Ends the call when 10 s of audio arrive within a second.'),
  fault('pauses-after-disconnect', 'AC-PAUSE-3', 'Sends pause after disconnect.'),
  fault('chokes-on-a-pause', 'AC-PAUSE-8', 'Ends the call because of paused that it did not request.'),
  fault('ends-mid-prompt', 'AC-PLAY-4', 'Sends disconnect as soon as its last prompt is sent.'),
  fault('sends-all-at-once', 'AC-PLAY-5', 'Sends 20 s of audio at once.'),
  fault('misspells-barge-in', 'AC-BARGE-1', 'Sends the entity barge-in.'),
  fault('renames-barge-in', 'AC-BARGE-1', 'Sends the entity user_interrupted.'),
  fault('plays-on-after-barge-in', 'AC-BARGE-3', 'Sends queued audio after barge_in.'),
  fault('sends-one-entity', 'AC-EVENT-1', 'Sends entities as an object.'),
  fault('invents-a-disposition', 'AC-EVENT-3', 'Sends the disposition final.'),
  fault('confident-in-percent', 'AC-EVENT-4', 'Sends a confidence of 95.'),
  fault('chokes-on-an-unknown-key', 'AC-DTMF-2', 'Ends the call because of an unknown key.'),
  fault('chokes-on-a-key-while-playing', 'AC-DTMF-3', 'Ends the call because of a key while it plays.'),
  fault('wants-a-language', 'AC-UPDATE-1', 'Ends the call because of update without language.'),
  fault('wants-a-round-trip', 'AC-PING-1', 'Ends the call because of a ping without rtt.'),
  fault('never-pongs', 'AC-PING-1', 'Does not answer ping.'),
  fault('stops-ponging', 'AC-PING-1', 'Does not answer ping from the moment the caller speaks.'),
  fault('pongs-with-its-own-seq', 'AC-PING-2', 'Sends pong with a clientseq that is too low by one.'),
  fault('pongs-late', 'AC-PING-3', 'Answers pings too late.'),
  fault('pongs-unasked', 'AC-PING-4', 'Sends pong without a ping.'),
  fault('sends-error', 'AC-ERR-1', 'Sends error, which only a client may send.'),
  fault('ends-on-an-error', 'AC-ERR-3', 'Ends the call because of an error of the client.'),
  fault('invents-a-reason', 'AC-DISC-1', 'Sends disconnect with the reason done.'),
  fault('disconnects-twice', 'AC-DISC-2', 'Sends disconnect twice.'),
  fault('drops-the-connection', 'AC-DISC-4', 'Ends the connection instead of sending disconnect.'),
  fault('never-closes', 'AC-CLOSE-1', 'Does not answer close.'),
  fault('closes-late', 'AC-CLOSE-2', 'Answers close too late.'),
  fault('speaks-after-closed', 'AC-CLOSE-3', 'Sends an event after closed.'),
  fault('closes-unasked', 'AC-CLOSE-4', 'Sends closed instead of disconnect.'),
  fault('ends-the-connection-itself', 'AC-CLOSE-5', 'Ends the connection right after closed.'),
  fault('closes-twice', 'AC-CLOSE-6', 'Answers every close.'),
  fault('outputs-elsewhere', 'AC-OUT-1', 'Sends its outputs under the name outputs.'),
  fault('outputs-as-a-list', 'AC-OUT-1', 'Sends its outputs as a list.'),
  fault('outputs-only-in-closed', 'AC-OUT-1', 'Sends its outputs in closed instead of disconnect.'),
  fault('outputs-as-numbers', 'AC-OUT-2', 'Sends a number as an output.'),
  fault('outputs-in-closed', 'AC-OUT-4', 'Sends its outputs in closed too.'),
  fault('outputs-after-the-end', 'AC-OUT-5', 'Sends disconnect with outputs after closed.'),
  fault('ignores-a-call-without-inputs', 'AC-VAR-2', 'Does not answer an open without inputVariables.'),
  fault('wants-inputs', 'AC-VAR-2', 'Refuses a call without inputVariables.'),
  fault('chokes-on-odd-inputs', 'AC-VAR-3', 'Refuses a call with spaces in the names of inputs.'),
  fault('ignores-a-probe', 'AC-PROBE-2', 'Does not answer the open of a probe.'),
  fault('disconnects-a-probe', 'AC-PROBE-3', 'Ends a probe with disconnect.'),
  fault('refuses-the-base-uri', 'AC-PROBE-4', 'Answers the base connection URI with HTTP 404.'),
  fault('floods-events', 'AC-RATE-1', 'Sends an event every 20 ms.'),
  fault('sends-short-frames', 'AC-RATE-2', 'Sends frames of 20 ms.'),
  fault('pauses-all-the-time', 'AC-RATE-3', 'Sends pause and resume ten times a second.'),
  fault('plays-on-after-429', 'AC-RATE-4', 'Ignores retryAfter.'),
] as const satisfies readonly FaultEntry[];

/** The name of a faulty bot. */
export type FaultName = (typeof entries)[number]['name'];

/** A faulty bot. */
export interface Fault extends FaultEntry {
  readonly name: FaultName;
}

/** The faulty bots, in the order of the clauses that they break. */
export const FAULTS: readonly Fault[] = entries;

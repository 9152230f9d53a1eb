/**
 * The contract between the bridge and the page: everything that either sends the other. Types only, but for the few
 * constants that both need; nothing here is of Node or of the DOM, so the page imports this file as it is.
 *
 * ## The socket
 *
 * `new WebSocket('ws://' + location.host + '/bridge', [SUBPROTOCOL, TOKEN_PREFIX + token])`. The token is the fragment of the
 * URL that the command prints (`#token=…`). The bridge answers with `SUBPROTOCOL` alone. A foreign `Host` is refused with HTTP
 * 421, a foreign or missing `Origin` and a wrong token with 403; the body says in text what to do. Text frames are one JSON
 * object each, `PageMessage` up and `BridgeMessage` down. Binary frames are audio, see below. What the bridge cannot read it
 * answers with `refused` and otherwise ignores: it ends neither the socket nor the call.
 *
 * One page has at most one live call. When its socket goes, its call is hung up and kept.
 *
 * ## Audio
 *
 * A binary frame is `AUDIO_HEADER_BYTES` of header and then PCM16, little-endian, mono, 8 kHz:
 *
 * | byte | what                                                                                        |
 * | ---- | ------------------------------------------------------------------------------------------- |
 * | 0    | `AUDIO_KIND.mic` (page → bridge) or `AUDIO_KIND.bot` (bridge → page)                        |
 * | 1–3  | 0                                                                                           |
 * | 4–7  | unsigned 32-bit little-endian: position of the first sample, in samples                     |
 *
 * Up: 20 ms (160 samples) each, at most 200 ms. The position counts what the microphone has recorded since it was started,
 * without gaps, including what the page dropped: from it the bridge tells late audio from new. May be sent at any time; what
 * comes before the session is open, while the call is on hold or while another source speaks is dropped without a word.
 *
 * Down: 20 ms (160 samples) each, in real time from `opened` to the end of the call, silence between playbacks: what the
 * caller hears. The position counts from `opened`: the sample is heard at `openedAtMs + position / 8` (see `CallStateMessage`).
 *
 * ## HTTP
 *
 * `/` and `/assets/*` are the built page and need no token. Everything below `/api/` needs `Authorization: Bearer TOKEN`, and a
 * POST the own `Origin`. Errors are `{"error": {"code", "message"}}` with a fitting status; `message` is to be shown.
 *
 * | request                          | answer                                                                            |
 * | -------------------------------- | --------------------------------------------------------------------------------- |
 * | `GET /api/calls`                 | `CallEntry[]`, newest first                                                       |
 * | `GET /api/calls/ID`              | `KeptCall`                                                                        |
 * | `GET /api/calls/ID/rows?from=N&count=N` | `RowPage`: rows from position `from` (0), at most `count` (5000)           |
 * | `GET /api/calls/ID/trace.zip`    | the trace, format v1; 404 for a trace that was opened, which is where it was taken from |
 * | `GET /api/calls/ID/call.wav`     | the recording: left the caller, right the bot as heard; 404 where there is none   |
 * | `GET /api/calls/ID/call.md`      | Markdown                                                                          |
 * | `GET /api/calls/ID/ladder.txt`   | the ladder as text                                                                |
 * | `GET /api/calls/ID/report.html`  | the printable report, one file without scripts                                    |
 * | `GET /api/compare?a=ID&b=ID`     | `Comparison`                                                                      |
 * | `POST /api/traces`               | body: a trace `.zip`; `OpenedTrace`. Opened traces are in memory and not in the history |
 * | `POST /api/audio?name=hello.wav` | body: a WAV file; `UploadedAudio`, for `{ kind: 'wav' }` as a caller              |
 *
 * Files come with `Content-Disposition: attachment`: fetch them, and hand the blob to `<a download>` or `<audio>`.
 *
 * ## Secrets
 *
 * API key and client secret go up in `dial`, `probe` and `check`, and never come down again, in no form. All text that comes
 * down is masked.
 */

import type { CallEntry, OpenedTrace } from './answers.js';

export type { CallEntry, Comparison, OpenedTrace, RowPage, StoredCall, UploadedAudio } from './answers.js';

/** The subprotocol of the socket, and the only one that the bridge answers with. */
export const SUBPROTOCOL = 'hookline-studio.v1';
/** Stands before the token in the second subprotocol that the page offers. */
export const TOKEN_PREFIX = 'token.';
/** The path of the socket. */
export const SOCKET_PATH = '/bridge';

/** The header of a binary frame, in bytes. */
export const AUDIO_HEADER_BYTES = 8;
/** The first byte of a binary frame. */
export const AUDIO_KIND = { mic: 1, bot: 2 } as const;

// ---------------------------------------------------------------------------------------------------------------------
// Page → bridge
// ---------------------------------------------------------------------------------------------------------------------

/** The integration, as an administrator enters it. */
export interface IntegrationFields {
  /** Default `Audio Connector`. */
  readonly name?: string;
  /** `wss://host/path`, or `ws://` to this machine or network. */
  readonly baseUri: string;
  /** Left out: the one that the command was started with, if it had one (`Welcome.launch.hasApiKey`). */
  readonly apiKey?: string;
  /** base64. Empty: unsigned. Left out: the one that the command was started with, else unsigned. */
  readonly clientSecret?: string;
}

/** Who speaks as the caller. `mic`: the binary frames of this page. */
export type CallerChoice =
  | { readonly kind: 'mic' }
  /** `id` of `POST /api/audio`. Said once, then silence. */
  | { readonly kind: 'wav'; readonly id: string }
  /** Default 440 Hz, −20 dBFS, endless. */
  | { readonly kind: 'tone'; readonly hz?: number }
  | { readonly kind: 'silence' };

/** Dials. Refused while a call of this page is live. Followed by `state` and all else of the call. */
export interface DialMessage {
  readonly type: 'dial';
  /** `'builtin'`: the bot of this package, with nothing else running; the integration is made up by the bridge. */
  readonly integration: IntegrationFields | 'builtin';
  /** The name of the action. Default `Call Audio Connector`. */
  readonly actionName?: string;
  /** Appended to the base URI, unchanged. Default empty. With `'builtin'`: the name of a bot, default `parrot`. */
  readonly connectorId?: string;
  /** Input variables in order. Default none. */
  readonly inputs?: readonly (readonly [name: string, value: string])[];
  /** The outputs that the flow has variables for. Default `'all'`. */
  readonly outputs?: readonly string[] | 'all';
  readonly caller: CallerChoice;
  /** 200 as the platform (default), or 20: low latency, not as Genesys. */
  readonly frameMs?: 200 | 20;
  /** The language of the flow, such as `en-US`. */
  readonly language?: string;
  /** Numbers and name of the caller. */
  readonly conversation?: { readonly ani?: string; readonly aniName?: string; readonly dnis?: string };
}

/** What the activation of the integration does: answered with `probe-result`. */
export interface ProbeMessage {
  readonly type: 'probe';
  readonly integration: IntegrationFields | 'builtin';
}

/** Runs the checks of `hookline check`: `check-progress` again and again, then `check-result`. One run at a time; it is stopped when its page goes. */
export interface CheckMessage {
  readonly type: 'check';
  readonly integration: IntegrationFields | 'builtin';
  readonly connectorId?: string;
  /** Ids, areas such as `AC-OPEN`, or scenarios; default all. */
  readonly only?: readonly string[];
  /** Default false. */
  readonly strict?: boolean;
}

/** Everything that the page sends as text. */
export type PageMessage =
  | DialMessage
  | { readonly type: 'hang-up' }
  /** One key of `0123456789*#ABCD`, or several: they are pressed one after another. */
  | { readonly type: 'keys'; readonly digits: string }
  | { readonly type: 'hold'; readonly on: boolean }
  | { readonly type: 'language'; readonly language: string }
  /** Another source speaks from now on. */
  | { readonly type: 'caller'; readonly caller: CallerChoice }
  | ProbeMessage
  | CheckMessage
  /** Stops the run of the checks that this page has ordered: its `check-result` tells what had been seen. */
  | { readonly type: 'stop-checks' }
  /** Opens a trace folder or `.zip` of this machine by its path: answered with `opened-trace`. */
  | { readonly type: 'open-path'; readonly path: string }
  /** Deletes a call of the history: answered with `history`. */
  | { readonly type: 'forget'; readonly id: string };

// ---------------------------------------------------------------------------------------------------------------------
// Bridge → page
// ---------------------------------------------------------------------------------------------------------------------

/** The first message on a socket. */
export interface Welcome {
  readonly type: 'welcome';
  readonly version: string;
  /** What the command was started with, for the form. */
  readonly launch: {
    readonly baseUri: string;
    readonly connectorId: string;
    readonly hasApiKey: boolean;
    readonly hasClientSecret: boolean;
    /** The trace that the command was started with: open it with `GET /api/calls/ID`. */
    readonly traceId?: string;
  };
  /** The built-in bots. */
  readonly bots: readonly { readonly name: string; readonly about: string }[];
  /** The history, newest first. */
  readonly calls: readonly CallEntry[];
  /** The largest body of `POST /api/traces` and `POST /api/audio`, in bytes. */
  readonly maxTraceBytes: number;
  readonly maxAudioBytes: number;
}

/**
 * `dialing`: no answer to the connection yet; `upgrading`: the upgrade request was sent; `opening`: `open` was sent; `connected`:
 * `opened` came; `closing`: `close` was sent, or the path is fixed; `ended`: `result` has been told. A page without a call shows
 * `idle`. `data-call-state` takes these words.
 */
export type CallState = 'dialing' | 'upgrading' | 'opening' | 'connected' | 'closing' | 'ended';

/**
 * What goes on in a connected call. `barged`: the bot said `barge_in` and nothing was heard since; `paused`: on hold, or the bot
 * wants no audio.
 */
export type CallActivity = 'listening' | 'bot-speaking' | 'barged' | 'paused';

/** The call entered a state, or another activity within `connected`. */
export interface CallStateMessage {
  readonly type: 'state';
  readonly callId: string;
  readonly state: CallState;
  /** Only in `connected`. */
  readonly activity?: CallActivity;
  /** Milliseconds since dialling, as every `t` of a call. */
  readonly t: number;
  /** When `opened` came; from `connected` on. */
  readonly openedAtMs?: number;
  /** Whether the caller has put the call on hold. */
  readonly onHold: boolean;
}

/** One row of the log and the ladder. */
export interface Row {
  /** Position in the call, from 0. A row that comes again with the same `n` replaces the former: audio that goes on. */
  readonly n: number;
  /** Milliseconds since dialling. `data-t`. */
  readonly t: number;
  /** What it is: a `message`, a run of `audio`, the head of the upgrade (`request`, `response`), a `violation` … */
  readonly kind: 'request' | 'response' | 'message' | 'audio' | 'playback' | 'violation' | 'end' | 'unknown';
  /** `out`: from Genesys to the bot; `in`: from the bot; `none`: nobody sent it. `data-dir`. */
  readonly dir: 'out' | 'in' | 'none';
  /** The type of a message; `audio`, `playback`, `violation`, `request`, `response`, `end` else. `data-type`. */
  readonly type: string;
  /** `1`, or `1/1`: `seq` and `clientseq`. */
  readonly seq?: string;
  /** What matters of it, in a few words, made printable. May be empty. */
  readonly detail: string;
  /** Said at the right: `24 ms`, `first audio 379 ms`. */
  readonly note?: string;
  /** The message, head, or text of the violation, masked: what an expanded row shows. */
  readonly text?: string;
  /** Of a message: in what it does not keep its schema. Left out: it keeps it. */
  readonly fault?: string;
  /** Of a violation. `effect`: what is seen when the rule is broken; `fix`: what to do. */
  readonly clause?: string;
  readonly effect?: string;
  readonly fix?: string;
  readonly fatal?: boolean;
  /** Of audio. */
  readonly audio?: { readonly frames: number; readonly bytes: number; readonly ms: number };
}

/** Rows as they happen, gathered for at most 100 ms. */
export interface RowsMessage {
  readonly type: 'rows';
  readonly callId: string;
  readonly rows: readonly Row[];
}

/**
 * Audio as it is drawn: peaks of 0 to 255 (full scale), one for every `bucketMs`, from `t` on. `caller`: what was sent to the
 * bot; `bot`: what the caller heard. Both lists are equally long. The last peaks are the level meters.
 */
export interface Lanes {
  readonly t: number;
  readonly bucketMs: number;
  readonly caller: readonly number[];
  readonly bot: readonly number[];
}

/** The next piece of the lanes of a live call, ten times a second from `opened` on; `bucketMs` is 20. */
export interface LanesMessage extends Lanes {
  readonly type: 'lanes';
  readonly callId: string;
}

/** A stretch or a moment to be marked on the lanes. `from` and `to` in milliseconds since dialling. */
export type Mark =
  /** The caller heard the bot. `to` is left out while it goes on. */
  | {
      readonly kind: 'playback';
      readonly n: number;
      readonly from: number;
      readonly to?: number;
      readonly heardMs?: number;
      /** Bot audio that was cut unheard at `to`: by a barge-in, or by the end of the call. */
      readonly cutMs?: number;
      readonly ended?: 'completed' | 'bargeIn' | 'disconnected';
      /** From the end of the caller's speech to `from`, in milliseconds, where the caller spoke before it. */
      readonly replyMs?: number;
      /** Gaps that the caller heard since the end of the playback before. */
      readonly underruns?: number;
    }
  | { readonly kind: 'bargeIn'; readonly t: number }
  | { readonly kind: 'key'; readonly t: number; readonly digit: string }
  /** On hold, or paused by the bot. */
  | { readonly kind: 'paused'; readonly t: number }
  | { readonly kind: 'resumed'; readonly t: number };

/** A mark of a live call. A playback comes twice, with the same `n`: when it starts, and when it is over. */
export interface MarkMessage {
  readonly type: 'mark';
  readonly callId: string;
  readonly mark: Mark;
}

/** What the bot reported of a turn: live captions. */
export interface TurnMessage {
  readonly type: 'turn';
  readonly callId: string;
  readonly t: number;
  readonly disposition: string;
  readonly text?: string;
}

/** Something an author should know: a warning of the call, told once. */
export interface Note {
  readonly message: string;
  readonly t: number;
  readonly count: number;
  readonly clause?: string;
  readonly effect?: string;
  readonly fix?: string;
}

export interface NoteMessage extends Note {
  readonly type: 'note';
  readonly callId: string;
}

/** What Architect shows at the end, and the figures of the call. */
export interface CallOutcome {
  /** `data-path`. */
  readonly path: 'success' | 'failure' | 'disconnected';
  /** Assigned to the variables of the flow; empty unless `success`. `data-output-count` is how many. */
  readonly outputs: Readonly<Record<string, string>>;
  /** Declared and not returned; returned and not declared, with their values in `discardedOutputs`. */
  readonly missing: readonly string[];
  readonly undeclared: readonly string[];
  readonly discardedOutputs: Readonly<Record<string, string>>;
  /** The failure outputs; only of `failure`. `data-error-type`. */
  readonly errorType?: string;
  readonly errorMessage?: string;
  /** Why, from a closed list, such as `unauthorized`, `refused`, `tls`, `opened-timeout`; only of `failure`. */
  readonly cause?: string;
  /** The rule that was broken, with what is seen and what to do. */
  readonly clause?: string;
  readonly effect?: string;
  readonly fix?: string;
  /** The HTTP status in place of an upgrade; the WebSocket close code. */
  readonly status?: number;
  readonly closeCode?: number;
  /** Only of `disconnected`. */
  readonly reason?: string;
  /** One sentence: what Architect does with it, such as `The flow takes the Failure path of Call Audio Connector.` */
  readonly architect: string;
  /** One sentence: the next thing to do; only where there is one. */
  readonly nextStep?: string;
  /** The row that decided it, by `Row.n`. */
  readonly row?: number;
  readonly durationMs: number;
  readonly heardMs: number;
  /** Dropped by barge-in; and waiting when the call ended. */
  readonly flushedMs: number;
  readonly cutMs: number;
  readonly underruns: number;
  readonly bargeIns: number;
  /** Silence that was sent because the microphone was late. */
  readonly callerLateMs: number;
  /** Microphone audio that came too late to be sent. */
  readonly micDroppedMs: number;
  readonly keys: string;
  readonly connectMs?: number;
  readonly openedMs?: number;
  readonly firstAudioMs?: number;
  readonly rttMs?: number;
  readonly replyMs: readonly number[];
  readonly notes: readonly Note[];
}

/** How the call ended. Followed by `state` `ended`, and by `history` when the call has been written. */
export interface ResultMessage {
  readonly type: 'result';
  readonly callId: string;
  readonly outcome: CallOutcome;
}

/** The history after a change, newest first. */
export interface HistoryMessage {
  readonly type: 'history';
  readonly calls: readonly CallEntry[];
}

export interface OpenedTraceMessage extends OpenedTrace {
  readonly type: 'opened-trace';
}

/** What the activation found. */
export interface ProbeResultMessage {
  readonly type: 'probe-result';
  readonly verdict: 'activates' | 'mayFail' | 'fails';
  readonly problems: readonly {
    readonly text: string;
    readonly fatal: boolean;
    readonly clause?: string;
    readonly status?: number;
  }[];
  readonly url: string;
  readonly durationMs: number;
}

/** A scenario began or ended. */
export interface CheckProgressMessage {
  readonly type: 'check-progress';
  readonly scenario: string;
  readonly what: 'begin' | 'end';
  readonly done: number;
  readonly of: number;
}

/** One clause. */
export interface CheckedClause {
  readonly id: string;
  /** `OPEN` of `AC-OPEN-3`: the tree is by area. */
  readonly area: string;
  readonly level: 'MUST' | 'SHOULD' | 'MAY';
  readonly basis: string;
  /** The rule: what was expected. */
  readonly sentence: string;
  readonly outcome: 'pass' | 'fail' | 'warn' | 'note' | 'inconclusive' | 'blocked' | 'not-applicable';
  /** Of `fail`, `warn` and `note`. */
  readonly got?: string;
  readonly effect?: string;
  readonly fix?: string;
  /** The call in which it was seen, and the row of it: `GET /api/calls/ID`. */
  readonly traceId?: string;
  readonly row?: number;
  /** Of the others: why. */
  readonly reason?: string;
}

export interface CheckResultMessage {
  readonly type: 'check-result';
  readonly url: string;
  readonly ok: boolean;
  readonly durationMs: number;
  readonly calls: number;
  readonly counts: Readonly<Record<CheckedClause['outcome'], number>>;
  readonly clauses: readonly CheckedClause[];
  readonly unseenAreas: readonly string[];
  /** Why nothing, or not everything, could be checked. */
  readonly problem?: string;
  /** Whether the run was stopped. */
  readonly stopped: boolean;
}

/** A message of the page was not carried out. Ends nothing. */
export interface RefusedMessage {
  readonly type: 'refused';
  /** The `type` of the message; `''` where it could not be read, `audio` for a binary frame. */
  readonly of: string;
  readonly code:
    | 'malformed'
    | 'unknown-type'
    | 'invalid-field'
    | 'no-call'
    | 'no-checks'
    | 'call-live'
    | 'busy'
    | 'too-large'
    | 'failed';
  /** What was wrong, what was expected, what to do. To be shown. */
  readonly message: string;
  /** Of `invalid-field`: `baseUri`, `apiKey`, `clientSecret`, `connectorId`, `inputs`, `caller`, `language` … */
  readonly field?: string;
}

/** Everything that the bridge sends as text. */
export type BridgeMessage =
  | Welcome
  | CallStateMessage
  | RowsMessage
  | LanesMessage
  | MarkMessage
  | TurnMessage
  | NoteMessage
  | ResultMessage
  | HistoryMessage
  | OpenedTraceMessage
  | ProbeResultMessage
  | CheckProgressMessage
  | CheckResultMessage
  | RefusedMessage;

/**
 * The contract between the bridge and the page: every message in both directions. Apart from a few shared constants it holds
 * only types, and nothing of Node or the DOM, so that the page can import this file directly.
 *
 * ## The socket
 *
 * `new WebSocket('ws://' + location.host + '/bridge', [SUBPROTOCOL, TOKEN_PREFIX + token])`. The token is the fragment of the
 * URL that the command prints (`#token=…`). The bridge answers with `SUBPROTOCOL` alone. A foreign `Host` is refused with HTTP
 * 421, a foreign or missing `Origin` and a wrong token with 403; the body says in text what to do. Text frames are one JSON
 * object each, `PageMessage` up and `BridgeMessage` down. Binary frames are audio, see below. The bridge answers an invalid
 * message with `refused` and otherwise ignores it: neither the socket nor the call ends.
 *
 * One page has at most one live call. When its socket closes, its call is hung up and saved.
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
 * Up: 20 ms (160 samples) each, at most 200 ms. The position counts the samples recorded since the microphone was started,
 * without gaps and including those that the page dropped; the bridge uses it to detect late audio. Audio may be sent at any
 * time. It is dropped silently before the session is open, while the call is on hold and while another source is selected.
 *
 * Down: 20 ms (160 samples) each, in real time from `opened` to the end of the call, silence between playbacks: what the
 * caller hears. The position counts from `opened`: the sample is heard at `openedAtMs + position / 8` (see `CallStateMessage`).
 *
 * ## HTTP
 *
 * `/` and `/assets/*` are the built page and need no token. Everything below `/api/` needs `Authorization: Bearer TOKEN`, and for
 * POST the page's own `Origin`. Errors are `{"error": {"code", "message"}}` with a 4xx or 5xx status; `message` is for display.
 *
 * | request                          | answer                                                                            |
 * | -------------------------------- | --------------------------------------------------------------------------------- |
 * | `GET /api/calls`                 | `CallEntry[]`, newest first                                                       |
 * | `GET /api/calls/ID`              | `StoredCall`                                                                      |
 * | `GET /api/calls/ID/rows?from=N&count=N` | `RowPage`: rows from position `from` (0), at most `count` (5000)           |
 * | `GET /api/calls/ID/trace.zip`    | the trace, format v1; 404 for a trace that was opened from elsewhere           |
 * | `GET /api/calls/ID/call.wav`     | the recording: left the caller, right the bot as heard; 404 if there is none   |
 * | `GET /api/calls/ID/call.md`      | Markdown                                                                          |
 * | `GET /api/calls/ID/ladder.txt`   | the ladder as text                                                                |
 * | `GET /api/calls/ID/report.html`  | the printable report, one file without scripts                                    |
 * | `GET /api/compare?a=ID&b=ID`     | `Comparison`                                                                      |
 * | `POST /api/traces`               | body: a trace `.zip`; `OpenedTrace`. Opened traces are not in the history          |
 * | `POST /api/audio?name=hello.wav` | body: a WAV file; `UploadedAudio`, for `{ kind: 'wav' }` as a caller              |
 * | `POST /api/audio?path=FILE`      | the same for a WAV file on this machine; no body                                  |
 *
 * Files have `Content-Disposition: attachment`: fetch them, and pass the blob to `<a download>` or `<audio>`.
 *
 * ## Secrets
 *
 * API key and client secret go up in `dial`, `probe` and `check`, and never come down in any form. All text that goes down is
 * masked.
 */

import type { CallEntry, OpenedTrace } from './answers.js';

export type { CallEntry, Comparison, OpenedTrace, RowPage, StoredCall, UploadedAudio } from './answers.js';

/** The subprotocol of the socket, and the only one that the bridge answers with. */
export const SUBPROTOCOL = 'hookline-studio.v1';
/** Prefix of the token in the second subprotocol that the page offers. */
export const TOKEN_PREFIX = 'token.';
/** The path of the socket. */
export const SOCKET_PATH = '/bridge';

/** Length of the header of a binary frame, in bytes. */
export const AUDIO_HEADER_BYTES = 8;
/** The first byte of a binary frame. */
export const AUDIO_KIND = { mic: 1, bot: 2 } as const;

// ---------------------------------------------------------------------------------------------------------------------
// Page → bridge
// ---------------------------------------------------------------------------------------------------------------------

/** The fields of the integration, as an administrator enters them. */
export interface IntegrationFields {
  /** Default `Audio Connector`. */
  readonly name?: string;
  /** `wss://host/path`, or `ws://` to this machine or network. */
  readonly baseUri: string;
  /** Default: the one that the command was started with, if any (`Welcome.launch.hasApiKey`). */
  readonly apiKey?: string;
  /** base64. Empty: requests are not signed. Default: the one that the command was started with, else unsigned. */
  readonly clientSecret?: string;
}

/** The source of caller audio. `mic`: the binary frames of this page. */
export type CallerChoice =
  | { readonly kind: 'mic' }
  /** `id` of `POST /api/audio`. Played once, then silence. */
  | { readonly kind: 'wav'; readonly id: string }
  /** Default 440 Hz, −20 dBFS, endless. */
  | { readonly kind: 'tone'; readonly hz?: number }
  | { readonly kind: 'silence' };

/** Dials. Refused while a call of this page is live. Followed by `state` and the other messages of the call. */
export interface DialMessage {
  readonly type: 'dial';
  /** `'builtin'`: a bot of the studio itself; the bridge generates the integration. */
  readonly integration: IntegrationFields | 'builtin';
  /** The name of the action. Default `Call Audio Connector`. */
  readonly actionName?: string;
  /** Appended to the base URI, unchanged. Default empty. With `'builtin'`: the name of a bot, default `parrot`. */
  readonly connectorId?: string;
  /** Input variables in order. Default none. */
  readonly inputs?: readonly (readonly [name: string, value: string])[];
  /** The outputs that the flow assigns to variables. Default `'all'`. */
  readonly outputs?: readonly string[] | 'all';
  readonly caller: CallerChoice;
  /** 200 as the platform (default), or 20 for low latency, which differs from Genesys. */
  readonly frameMs?: 200 | 20;
  /** The language of the flow, such as `en-US`. */
  readonly language?: string;
  /** Called number, and number and name of the caller. */
  readonly conversation?: { readonly ani?: string; readonly aniName?: string; readonly dnis?: string };
}

/** Probes the bot as Genesys Cloud does when the integration is activated. Answered with `probe-result`. */
export interface ProbeMessage {
  readonly type: 'probe';
  readonly integration: IntegrationFields | 'builtin';
}

/** Runs the checks of `hookline check`. Answered with `check-progress` repeatedly, then `check-result`. One run at a time; it stops when its page closes. */
export interface CheckMessage {
  readonly type: 'check';
  readonly integration: IntegrationFields | 'builtin';
  readonly connectorId?: string;
  /** IDs, areas such as `AC-OPEN`, or scenarios. Default all. */
  readonly only?: readonly string[];
  /** Default false. */
  readonly strict?: boolean;
}

/** Every text message of the page. */
export type PageMessage =
  | DialMessage
  | { readonly type: 'hang-up' }
  /** One or more keys of `0123456789*#ABCD`, pressed in order. */
  | { readonly type: 'keys'; readonly digits: string }
  | { readonly type: 'hold'; readonly on: boolean }
  | { readonly type: 'language'; readonly language: string }
  /** Switches to another source of caller audio. */
  | { readonly type: 'caller'; readonly caller: CallerChoice }
  | ProbeMessage
  | CheckMessage
  /** Stops the run of the checks that this page started. Its `check-result` holds the results so far. */
  | { readonly type: 'stop-checks' }
  /** Opens a trace folder or `.zip` on this machine by its path. Answered with `opened-trace`. */
  | { readonly type: 'open-path'; readonly path: string }
  /** Deletes a call from the history. Answered with `history`. */
  | { readonly type: 'forget'; readonly id: string };

// ---------------------------------------------------------------------------------------------------------------------
// Bridge → page
// ---------------------------------------------------------------------------------------------------------------------

/** The first message on a socket. */
export interface Welcome {
  readonly type: 'welcome';
  readonly version: string;
  /** Initial values of the form, from the command line. */
  readonly launch: {
    readonly baseUri: string;
    readonly connectorId: string;
    readonly hasApiKey: boolean;
    readonly hasClientSecret: boolean;
    /** The trace given on the command line: open it with `GET /api/calls/ID`. */
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
 * `dialing`: connecting; `upgrading`: the upgrade request was sent; `opening`: `open` was sent; `connected`: `opened` was
 * received; `closing`: `close` was sent, or the path is decided; `ended`: `result` was sent. A page without a call shows `idle`.
 * These are the values of `data-call-state`.
 */
export type CallState = 'dialing' | 'upgrading' | 'opening' | 'connected' | 'closing' | 'ended';

/**
 * Activity within a connected call. `barged`: the bot sent `barge_in` and nothing has been heard since; `paused`: on hold, or
 * paused by the bot.
 */
export type CallActivity = 'listening' | 'bot-speaking' | 'barged' | 'paused';

/** A change of the call's state, or of the activity within `connected`. */
export interface CallStateMessage {
  readonly type: 'state';
  readonly callId: string;
  readonly state: CallState;
  /** Only in `connected`. */
  readonly activity?: CallActivity;
  /** Milliseconds since dialling, like every `t` of a call. */
  readonly t: number;
  /** When `opened` was received; present from `connected` on. */
  readonly openedAtMs?: number;
  /** Whether the caller has put the call on hold. */
  readonly onHold: boolean;
}

/** One row of the log and the ladder. */
export interface Row {
  /** Position in the call, from 0. A row with an existing `n` replaces the previous one, as for a growing run of audio. */
  readonly n: number;
  /** Milliseconds since dialling. `data-t`. */
  readonly t: number;
  /** A `message`, a run of `audio`, a head of the upgrade (`request`, `response`), a `violation` … */
  readonly kind: 'request' | 'response' | 'message' | 'audio' | 'playback' | 'violation' | 'end' | 'unknown';
  /** `out`: from Genesys to the bot; `in`: from the bot; `none`: not sent by either. `data-dir`. */
  readonly dir: 'out' | 'in' | 'none';
  /** The direction in the trace, which its own side wrote, if it is not `dir`: the filter of the rows means this one. */
  readonly traceDir?: 'out' | 'in';
  /** The type of a message; otherwise `audio`, `playback`, `violation`, `request`, `response` or `end`. `data-type`. */
  readonly type: string;
  /** `1`, or `1/1`: `seq` and `clientseq`. */
  readonly seq?: string;
  /** A short printable summary. May be empty. */
  readonly detail: string;
  /** Shown at the right: `24 ms`, `first audio 379 ms`. */
  readonly note?: string;
  /** The message, head or violation text, masked; shown when the row is expanded. */
  readonly text?: string;
  /** For a message: how it violates its schema. Omitted if it is valid. */
  readonly fault?: string;
  /** For a message: true if its type is unknown, so that there is no schema for it. */
  readonly unknownType?: true;
  /** For a violation. `effect`: the consequence of breaking the rule; `fix`: what to do. */
  readonly clause?: string;
  readonly effect?: string;
  readonly fix?: string;
  readonly fatal?: boolean;
  /** For audio. */
  readonly audio?: { readonly frames: number; readonly bytes: number; readonly ms: number };
}

/** New rows, batched for at most 100 ms. */
export interface RowsMessage {
  readonly type: 'rows';
  readonly callId: string;
  readonly rows: readonly Row[];
}

/**
 * Audio levels to draw: peaks of 0 to 255 (full scale), one per `bucketMs`, from `t` on. `caller`: what was sent to the bot;
 * `bot`: what the caller heard. Both lists have the same length. The level meters show the last peaks.
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

/** A period or a moment to mark on the lanes. `from` and `to` are in milliseconds since dialling. */
export type Mark =
  /** The caller heard the bot. `to` is omitted while the playback lasts. */
  | {
      readonly kind: 'playback';
      readonly n: number;
      readonly from: number;
      readonly to?: number;
      readonly heardMs?: number;
      /** Bot audio discarded unheard at `to`, by a barge-in or by the end of the call. */
      readonly cutMs?: number;
      readonly ended?: 'completed' | 'bargeIn' | 'disconnected';
      /** Time from the caller's last input, the end of speech or a key, to `from`, in milliseconds, if there was any. */
      readonly replyMs?: number;
      /** Gaps that the caller heard since the previous playback. */
      readonly underruns?: number;
    }
  | { readonly kind: 'bargeIn'; readonly t: number }
  | { readonly kind: 'key'; readonly t: number; readonly digit: string }
  /** On hold, or paused by the bot. */
  | { readonly kind: 'paused'; readonly t: number }
  | { readonly kind: 'resumed'; readonly t: number };

/** A mark of a live call. A playback is sent twice with the same `n`: when it starts and when it ends. */
export interface MarkMessage {
  readonly type: 'mark';
  readonly callId: string;
  readonly mark: Mark;
}

/** A turn reported by the bot, shown as a caption. */
export interface TurnMessage {
  readonly type: 'turn';
  readonly callId: string;
  readonly t: number;
  readonly disposition: string;
  readonly text?: string;
}

/** A warning of the call for the bot's author, sent once. */
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

/** The outcome in Architect, and the figures of the call. */
export interface CallOutcome {
  /** `data-path`. */
  readonly path: 'success' | 'failure' | 'disconnected';
  /** Values assigned to variables of the flow; empty unless `success`. `data-output-count` is their number. */
  readonly outputs: Readonly<Record<string, string>>;
  /** Outputs declared but not returned; and returned but not declared, with their values in `discardedOutputs`. */
  readonly missing: readonly string[];
  readonly undeclared: readonly string[];
  readonly discardedOutputs: Readonly<Record<string, string>>;
  /** The failure outputs; only for `failure`. `data-error-type`. */
  readonly errorType?: string;
  readonly errorMessage?: string;
  /** The cause, one of a fixed list such as `unauthorized`, `refused`, `tls`, `opened-timeout`; only for `failure`. */
  readonly cause?: string;
  /** The broken rule, its effect and the fix. */
  readonly clause?: string;
  readonly effect?: string;
  readonly fix?: string;
  /** The HTTP status of a rejected upgrade; the WebSocket close code. */
  readonly status?: number;
  readonly closeCode?: number;
  /** Only for `disconnected`. */
  readonly reason?: string;
  /** One sentence on what Architect does, such as `The flow takes the Failure path of Call Audio Connector.` */
  readonly architect: string;
  /** One sentence on what to do next, if there is more to do than `fix` says. */
  readonly nextStep?: string;
  /** The `Row.n` of the row that decided the outcome. */
  readonly row?: number;
  readonly durationMs: number;
  readonly heardMs: number;
  /** Bot audio dropped by barge-ins; and still unplayed when the call ended. */
  readonly flushedMs: number;
  readonly cutMs: number;
  readonly underruns: number;
  readonly bargeIns: number;
  /** Silence sent because caller audio was late. */
  readonly callerLateMs: number;
  /** Microphone audio dropped because it was late. */
  readonly micDroppedMs: number;
  readonly keys: string;
  readonly connectMs?: number;
  readonly openedMs?: number;
  readonly firstAudioMs?: number;
  readonly rttMs?: number;
  readonly replyMs: readonly number[];
  readonly notes: readonly Note[];
}

/** How the call ended. Followed by `state` `ended`, and by `history` once the call has been saved. */
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

/** The result of the probe. */
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

/** A scenario of the checks has started or ended. */
export interface CheckProgressMessage {
  readonly type: 'check-progress';
  readonly scenario: string;
  readonly phase: 'begin' | 'end';
  /** Completed scenarios. */
  readonly done: number;
  /** All scenarios of the run. */
  readonly total: number;
}

/** The result of one clause. */
export interface CheckedClause {
  readonly id: string;
  /** The area, such as `OPEN` in `AC-OPEN-3`: clauses are grouped by area. */
  readonly area: string;
  readonly level: 'MUST' | 'SHOULD' | 'MAY';
  readonly basis: string;
  /** The rule. */
  readonly sentence: string;
  readonly outcome: 'pass' | 'fail' | 'warn' | 'note' | 'inconclusive' | 'blocked' | 'not-applicable';
  /** For `fail`, `warn` and `note`. */
  readonly got?: string;
  readonly effect?: string;
  readonly fix?: string;
  /** The call in which it was observed (`GET /api/calls/ID`), and the row. */
  readonly traceId?: string;
  readonly row?: number;
  /** For the other outcomes: the reason. */
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
  /** Why some or all rules could not be checked. */
  readonly problem?: string;
  /** Whether the run was stopped. */
  readonly stopped: boolean;
}

/** A message of the page was not carried out, or one for it could not be made. The socket and the call are unaffected. */
export interface RefusedMessage {
  readonly type: 'refused';
  /**
   * The `type` of the message; `''` if it could not be read, `audio` for a binary frame. `welcome` and `history` are messages of
   * the bridge.
   */
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
  /** What was wrong, what was expected and what to do. For display. */
  readonly message: string;
  /**
   * For `invalid-field`: `baseUri`, `apiKey`, `clientSecret`, `connectorId`, `inputs`, `caller`, `language`, `ani` …
   * Omitted if the error is about none of the fields.
   */
  readonly field?: string;
}

/** Every text message of the bridge. */
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

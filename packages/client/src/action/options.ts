import type { UriJoin, WireSink } from '@hookline/protocol';
import type { Clock, Logger } from '@hookline/runtime';
import type { Faults } from '../faults/faults.js';
import type { CallerSource } from '../media/caller-source.js';
import type { Cause, ErrorType } from '../outcome/causes.js';
import type { ClientTimers, LateOpened, MediaOptions, OnBreach, RateLimits } from '../session/options.js';
import type { WireStyle } from '../session/wire-style.js';
import type { Dial, TlsOptions } from '../transport/dial.js';
import type { Integration } from './integration.js';

/** What an administrator enters to set up the integration. */
export interface IntegrationOptions {
  /** The name of the integration. Default `Audio Connector`. */
  readonly name?: string;
  /** `wss://host/path`, to which each action appends its Connector ID. */
  readonly baseConnectionUri: string;
  /** Sent as `X-API-KEY`. */
  readonly apiKey: string;
  /**
   * The secret that signs the upgrade request: base64 text as in the credentials of the integration, or the key bytes.
   * `null` or omitted: unsigned. `undefined` is refused, so that an unset variable never means unsigned.
   */
  readonly clientSecret?: string | Uint8Array | null;
  /** The organization that calls. Default: a new UUID for the integration. */
  readonly organizationId?: string;
  /** Whether the integration is active. `false`: each action fails without dialling. Default true. */
  readonly enabled?: boolean;
  /** Whether the organization has Audio Connector. `false`: as for `enabled`, with its own error type. Default true. */
  readonly featureEnabled?: boolean;
  /** How Base Connection URI and Connector ID are joined. Default `slash`. */
  readonly join?: UriJoin;
  /** Allows `ws:` to a public host. Default false: `ws:` is for loopback, private and single-label hosts. */
  readonly allowWs?: boolean;
  readonly tls?: TlsOptions;
  /** Sent as `customConfig` in `open`. Absent by default. */
  readonly customConfig?: Readonly<Record<string, unknown>> | string;
  /** How connections are made. Default: real WebSockets. */
  readonly dial?: Dial;
}

/** A value of the flow: the text itself, or an expression that is evaluated when the action runs. */
export type Expression = string | (() => unknown);

/** Input variables in order: as pairs, or as an object. */
export type Inputs = Readonly<Record<string, Expression>> | readonly (readonly [string, Expression])[];

/** The conversation that the action belongs to. Everything has a default. */
export interface ConversationOptions {
  /** Default: a new UUID. */
  readonly id?: string;
  /** The caller as a participant. Default: a new UUID. */
  readonly participantId?: string;
  /** The caller's number. Default empty. */
  readonly ani?: string;
  /** The caller's name. Default empty. */
  readonly aniName?: string;
  /** The number that was called. Default empty. */
  readonly dnis?: string;
  /** Language of the flow, such as `en-US`. Absent by default. */
  readonly language?: string;
}

/** The flow types that can hold the action. */
export const FLOW_TYPES = ['inboundCall', 'outboundCall', 'inQueueCall'] as const;
export type FlowType = (typeof FLOW_TYPES)[number];

/** The fields of the Call Audio Connector action, and the behaviour of the simulated platform. */
export interface CallAudioConnectorOptions {
  /** The name of the action, for readers of the program: it has no effect on the call. Default `Call Audio Connector`. */
  readonly name?: string;
  readonly integration: Integration;
  /** Appended to the Base Connection URI, characters unchanged. Default empty. */
  readonly connectorId?: Expression;
  /** Input variables, strings only. Default none. */
  readonly inputs?: Inputs;
  /** The outputs that the flow has variables for, or `all`. Default `all`. */
  readonly outputs?: readonly string[] | 'all';
  /**
   * The type of the flow that holds the action, for readers of the program: it has no effect on the call. Default
   * `inboundCall`.
   */
  readonly flowType?: FlowType;
  /** What the caller says, from the start of the session: 8 kHz µ-law. Default: silence. */
  readonly caller?: CallerSource;
  /**
   * Background sound behind the caller, also while they say nothing: 8 kHz µ-law, repeated when it ends. Default
   * none.
   */
  readonly background?: Uint8Array;
  /**
   * The audio of the channel `internal`, 8 kHz µ-law from the start of the caller's stream, followed by silence. With
   * this option the call offers two channels, `external` and `internal`, as other AudioHook products do; Audio
   * Connector itself offers only `external`. Default: one channel.
   */
  readonly internalAudio?: Uint8Array;
  readonly conversation?: ConversationOptions;
  readonly media?: MediaOptions;
  /**
   * How caller audio from between the upgrade and `opened` is handled: sent faster than real time as soon as the
   * session is open (`burst`), or skipped and reported with `discarded` (`discard`). Default `burst`.
   */
  readonly lateOpened?: LateOpened;
  /** Limits on how often the bot may send. Default `genesys`: those of the platform. */
  readonly limits?: 'genesys' | 'off' | RateLimits;
  /** What happens if the bot exceeds one of `limits`. Default `ladder`. */
  readonly onBreach?: OnBreach;
  /** Timers that differ from the defaults, in milliseconds. */
  readonly timers?: Partial<ClientTimers>;
  /** Whether buffered bot audio is played out when the bot disconnects. Default false: it is dropped. */
  readonly drainOnDisconnect?: boolean;
  /** Whether outputs in `closed` are used if `disconnect` had none. Default false. */
  readonly acceptOutputsInClosed?: boolean;
  /** Whether to ask the bot for its languages. Default false. */
  readonly supportedLanguages?: boolean;
  /** Whether the bot's audio is inspected for common mistakes, which costs a little CPU. Default true. */
  readonly inspectAudio?: boolean;
  /** Faults of the platform or the network to simulate. Default none. */
  readonly faults?: Faults;
  /** Error types that differ from the table of causes. */
  readonly errorTypes?: Partial<Readonly<Record<Cause, ErrorType>>>;
  /** Ends the call: outcome `disconnected`, reason `aborted`. */
  readonly signal?: AbortSignal;
  /**
   * Receives all traffic, including audio, and what the caller hears. The heads of the upgrade are not masked: they
   * contain the API key and the signature.
   */
  readonly sink?: WireSink;
  /** Whether the `wire` event contains unmasked heads of the upgrade. Default false: credentials are masked. */
  readonly rawHeads?: boolean;
  /** Receives log lines. Default: none. */
  readonly logger?: Logger;
  /** The clock. Default: the system clock. */
  readonly clock?: Clock;
  /** Makes the connection to the bot, such as one in memory. Default: that of the integration. */
  readonly dial?: Dial;
  /** The id of the session, in the upgrade request and in every message. Default: a new UUID. */
  readonly sessionId?: string;
  /** The correlation id of the upgrade request, to find the call in logs. Default: the session id, as observed. */
  readonly correlationId?: string;
  /** The format of the upgrade request and the messages. Default: as Genesys Cloud. */
  readonly wireStyle?: WireStyle;
}

/** Options of `integration.probe`. */
export interface ProbeOptions
  extends Pick<
    CallAudioConnectorOptions,
    'signal' | 'sink' | 'logger' | 'clock' | 'dial' | 'timers' | 'sessionId' | 'correlationId' | 'wireStyle'
  > {
  /** The media offers: one external channel, or the list of three. Default `external`. */
  readonly offer?: 'external' | 'three-way';
  /** Whether to ask the bot for its languages. Default false. */
  readonly supportedLanguages?: boolean;
}

import { channel, subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Disposition } from '@hookline/protocol';
import type { EndReason } from '../session/call-ended.js';
import type { CallFacts } from '../session/call-facts.js';
import type { CallStats } from '../session/call-stats.js';

/**
 * The messages on each `node:diagnostics_channel`, by channel name. They contain neither speech nor keys of the caller.
 * `call` is the same object in all messages of a call, and the one that the handler receives.
 */
export interface Diagnostics {
  /** `opened` was sent. */
  'hookline:server:call:opened': {
    readonly call: CallFacts;
    readonly conversationId: string;
    /** The dialled host, with its port if there is one; empty if the request had none. */
    readonly host: string;
    /** From the upgrade request to `opened`, in milliseconds. */
    readonly openMs: number;
  };
  /** A bot reply is over: published when the caller stops speaking again, or at the end. Only if speech is detected. */
  'hookline:server:call:turn': TurnReport & { readonly call: CallFacts };
  /** A playback is over. */
  'hookline:server:call:playback': PlaybackReport & { readonly call: CallFacts };
  /** The client ran out of audio inside a playback, because its source is late. */
  'hookline:server:call:underrun': { readonly call: CallFacts };
  /** `barge_in` was sent: the client drops its buffered bot audio. */
  'hookline:server:call:barge-in': { readonly call: CallFacts };
  /** A key was pressed. */
  'hookline:server:call:dtmf': { readonly call: CallFacts };
  /** The client has stopped sending audio, by itself or at the request of the bot. */
  'hookline:server:call:paused': { readonly call: CallFacts };
  'hookline:server:call:resumed': { readonly call: CallFacts };
  /** The call is over for the bot. */
  'hookline:server:call:ended': {
    readonly call: CallFacts;
    readonly reason: EndReason;
    readonly stats: CallStats;
    /** From the upgrade request, in milliseconds. */
    readonly durationMs: number;
  };
  /** An upgrade request gets no WebSocket. */
  'hookline:server:refused': {
    readonly status: number;
    /** One word, as in the body of the response. */
    readonly error: string;
    readonly reason: string;
    /** The UUID of the header `Audiohook-Session-Id`; empty without one. */
    readonly sessionId: string;
  };
}

/** One reply of the bot to the caller. Times are in milliseconds. */
export interface TurnReport {
  /** From 1, in the order of the call. */
  readonly number: number;
  /** From the end of the caller's speech to the first bot audio, without the time on hold. */
  readonly replyMs: number;
  /** From the end of the caller's speech to the end of the reply; holds count from the first bot audio on. */
  readonly durationMs: number;
  /** How long ago the reply ended. */
  readonly agoMs: number;
  /** Whether its last playback was stopped before its end. */
  readonly interrupted: boolean;
  /** The disposition that `call.turn` or `call.say` reported. */
  readonly disposition?: Disposition;
}

/** One playback that is over. Times are in milliseconds. */
export interface PlaybackReport {
  /** As in `PlaybackResult`; `failed`: its source failed. */
  readonly ended: 'completed' | 'interrupted' | 'callEnded' | 'assumed' | 'failed';
  readonly heardMs: number;
  /** From its start; 0 for one that never started. */
  readonly durationMs: number;
}

/**
 * Subscribes to one channel. Returns an unsubscribe function. An error that the listener throws ends the process, as
 * documented by Node.js.
 */
export function listenTo<Name extends keyof Diagnostics>(
  name: Name,
  listener: (message: Diagnostics[Name]) => void,
): () => void {
  // `diagnose` alone publishes on these channels, and its messages are checked.
  const heard = (message: unknown) => listener(message as Diagnostics[Name]);
  subscribe(name, heard);
  return () => void unsubscribe(name, heard);
}

/** Publishes a message if the channel has subscribers. */
export function diagnose<Name extends keyof Diagnostics>(name: Name, message: Diagnostics[Name]): void {
  const subscribed = channel(name);
  if (subscribed.hasSubscribers) subscribed.publish(message);
}

import { channel } from 'node:diagnostics_channel';
import type { EndReason } from '../session/call-ended.js';
import type { CallFacts } from '../session/call-facts.js';
import type { CallStats } from '../session/call-stats.js';

/** The messages on each `node:diagnostics_channel`, by channel name. */
export interface Diagnostics {
  /** `opened` was sent. */
  'hookline:server:call:opened': { readonly call: CallFacts };
  /** The call is over for the bot. */
  'hookline:server:call:ended': {
    readonly call: CallFacts;
    readonly reason: EndReason;
    readonly stats: CallStats;
  };
}

/** Publishes a message if the channel has subscribers. */
export function diagnose<Name extends keyof Diagnostics>(name: Name, message: Diagnostics[Name]): void {
  const subscribed = channel(name);
  if (subscribed.hasSubscribers) subscribed.publish(message);
}

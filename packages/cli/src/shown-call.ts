import type { SampleFormat } from '@hookline/audio';
import {
  type Call,
  type CallAudioConnectorOptions,
  type CallResult,
  type CallWarning,
  callAudioConnector,
} from '@hookline/client';
import type { WireSink } from '@hookline/protocol';
import type { Clock } from '@hookline/runtime';
import type { CliContext } from './context.js';
import { hangUpOnInterrupt, type Interrupt } from './interrupt.js';
import { callStatus } from './output/call-status.js';
import { combineSinks } from './output/combine-sinks.js';
import type { Console } from './output/console.js';
import { botTitle, jsonView, ladderView } from './output/live-view.js';
import { createMasking, type Masking } from './output/masking.js';

/** The call to make, and how it is shown. */
export interface ShownCallOptions {
  readonly action: CallAudioConnectorOptions;
  /** The clock of the call; the status line uses that of the context. */
  readonly clock: Clock;
  /** The URL of the connection. */
  readonly url: string;
  /** Masked in all output of the call. */
  readonly secrets: readonly string[];
  /** Receive the wire besides the output. */
  readonly sinks: readonly WireSink[];
  /** Changes each event before anything receives it. Default: unchanged. */
  readonly mask?: ((event: Parameters<WireSink['event']>[0]) => Parameters<WireSink['event']>[0]) | undefined;
  /** The format of the caller's audio on the wire. */
  readonly format: SampleFormat;
  readonly flags: { readonly json?: boolean; readonly ladder?: boolean };
  readonly console: Console;
  readonly context: CliContext;
}

/** A call that is shown while it runs, and hung up by a signal. */
export interface ShownCall {
  readonly call: Call;
  readonly masking: Masking;
  readonly interrupt: Interrupt;
  /** Resolves with the masked result when the connection is closed, or a second signal ends the wait for it. */
  result(): Promise<CallResult>;
  /** Removes the status line and completes the output. */
  finish(): void;
}

/** Makes a call and shows it: the ladder, JSON lines, and the status line of a terminal. */
export function showCall(options: ShownCallOptions): ShownCall {
  const { action, clock, url, secrets, mask, flags, console, context } = options;
  const views = [
    ...(flags.json ? [jsonView(console, secrets)] : []),
    ...(flags.ladder
      ? [ladderView(console, botTitle(url), secrets, flags.json ? console.err : console.out)]
      : []),
  ];
  const masking = createMasking(secrets);
  const status = callStatus(
    console,
    context.clock,
    { growingRows: () => views.flatMap((view) => view.growingRows()) },
    options.format,
  );
  const sink = combineSinks(
    [...options.sinks, masking.sink, ...views.map((view) => view.sink), status.sink],
    (message) => console.err(`hookline: the output or a file of the call is incomplete: ${message}`),
  );
  const call = callAudioConnector({
    ...action,
    clock,
    sink: mask ? { ...sink, event: (event) => sink.event(mask(event)) } : sink,
  });
  const stopStatus = status.show();
  const interrupt = hangUpOnInterrupt(context, call);
  return {
    call,
    masking,
    interrupt,
    async result() {
      const early = await call.result;
      const late: CallWarning[] = [];
      const stopListening = call.on('warning', (warning) => late.push(warning));
      await Promise.race([call.closed, interrupt.secondSignal]);
      stopListening();
      return masking.result(addLateWarnings(early, late));
    },
    finish() {
      stopStatus();
      for (const view of views) view.finish();
    },
  };
}

/**
 * The result is due before the bot's time for `closed` is over. What the bot breaks between the two belongs to the same
 * verdict.
 */
function addLateWarnings(result: CallResult, late: readonly CallWarning[]): CallResult {
  const known = new Set(result.warnings.map(({ message }) => message));
  const fresh = late.filter(({ message }) => !known.has(message));
  return fresh.length === 0 ? result : { ...result, warnings: [...result.warnings, ...fresh] };
}

import { type Clock, checkArgument, messageOf, systemClock } from '@hookline/runtime';
import { context, diag, type Meter, metrics, type Tracer, trace } from '@opentelemetry/api';
import type { CallHandler, Outputs } from '../call/call.js';
import { checkNames } from '../error.js';
import { listenTo } from '../metrics/diagnostics.js';
import { checkBoolean, checkFunction, checkMethods } from '../user-code/user-code-check.js';
import { type Listen, recordMetrics } from './call-metrics.js';
import { CallSpans } from './call-spans.js';

export { correlationContext } from './call-spans.js';

/** Options of `instrument`. */
export interface InstrumentOptions {
  /** Default: the tracer `@hookline/server` of the registered provider. */
  readonly tracer?: Tracer;
  /** Default: the meter `@hookline/server` of the registered provider. */
  readonly meter?: Meter;
  /** Whether spans have the id of the conversation as `gen_ai.conversation.id`; default false. */
  readonly conversationId?: boolean;
  /** The clock of the bots; default the clock of the system. */
  readonly clock?: Clock;
}

/** Active telemetry. */
export interface Instrumentation {
  /**
   * Wraps a handler so that it runs within the span of its call: spans that it creates, also after an `await` and in
   * listeners that it registers, are children of that span.
   */
  traced<Inputs = Outputs, Returned = Outputs, Prepared extends readonly unknown[] = []>(
    handler: CallHandler<Inputs, Returned, Prepared>,
  ): CallHandler<Inputs, Returned, Prepared>;
  /** Stops it: open calls are no longer counted, and their spans are not ended. Idempotent. */
  stop(): void;
}

/**
 * Records spans and metrics of all calls of all bots in this process with OpenTelemetry, from now on. Only the API is
 * needed; without a registered SDK nothing is recorded, at almost no cost. Register the SDK first: instruments are
 * created at once.
 *
 * @throws HooklineError `SERVER_BAD_OPTION`
 */
export function instrument(options: InstrumentOptions = {}): Instrumentation {
  checkArgument('SERVER_BAD_OPTION', 'instrument: options', options, 'object');
  checkNames<InstrumentOptions>('instrument: ', options, {
    ...{ tracer: true, meter: true, conversationId: true, clock: true },
  });
  const { conversationId = false, clock = systemClock } = options;
  checkBoolean('instrument: conversationId', conversationId);
  checkMethods('instrument: tracer', options.tracer, ['startSpan']);
  checkMethods('instrument: meter', options.meter, ['createCounter', 'createHistogram']);
  checkMethods('instrument: clock', options.clock, ['wall']);
  const tracer = options.tracer ?? trace.getTracer('@hookline/server');
  const meter = options.meter ?? metrics.getMeter('@hookline/server');
  const stops: (() => void)[] = [];
  const listen: Listen = (name, listener) => stops.push(listenTo(name, guarded(listener)));
  const spans = new CallSpans({ tracer, conversationId, clock }, listen);
  const forgetOpenCalls = guarded(recordMetrics(meter, listen));
  stops.push(() => forgetOpenCalls(undefined));
  return {
    traced(handler) {
      checkFunction('traced: handler', handler ?? null);
      return (call, ...prepared) => {
        const span = spans.of(call);
        const run = () => handler(call, ...prepared);
        return span ? context.with(trace.setSpan(context.active(), span), run) : run();
      };
    },
    stop() {
      for (const stop of stops) stop();
    },
  };
}

/** An error in a subscriber would end the process. */
function guarded<Message>(listener: (message: Message) => void): (message: Message) => void {
  return (message) => {
    try {
      listener(message);
    } catch (error) {
      diag.error(`hookline: a call was not traced: ${messageOf(error)}`);
    }
  };
}

import type { Meter } from '@opentelemetry/api';
import type { Diagnostics } from '../metrics/diagnostics.js';
import { BOUNDS_SECONDS } from '../metrics/histogram.js';
import type { CallFacts } from '../session/call-facts.js';

/** Listens to a diagnostics channel for as long as the instrumentation lasts. */
export type Listen = <Name extends keyof Diagnostics>(
  name: Name,
  listener: (message: Diagnostics[Name]) => void,
) => void;

/** The longest calls that Genesys Cloud makes take 15 minutes. */
const CALL_SECONDS = [1, 5, 10, 30, 60, 120, 300, 600, 900];

/**
 * Records metrics of calls with OpenTelemetry, with durations in seconds. No attribute identifies a call.
 *
 * @returns a function to call at the end of the instrumentation: the calls that are open no longer count then, because
 *   their end is not heard
 */
export function recordMetrics(meter: Meter, listen: Listen): () => void {
  const seconds = (name: string, description: string, explicitBucketBoundaries: number[]) =>
    meter.createHistogram(`hookline.server.${name}`, {
      ...{ description, unit: 's', advice: { explicitBucketBoundaries } },
    });
  const calls = seconds('call.duration', 'From the upgrade request to the end of the call.', CALL_SECONDS);
  const replies = seconds(
    'reply.duration',
    'From the end of caller speech to the first bot audio.',
    BOUNDS_SECONDS,
  );
  const opens = seconds('open.duration', 'From the upgrade request to opened.', BOUNDS_SECONDS);
  const sessions = meter.createUpDownCounter('hookline.server.sessions', {
    ...{ description: 'Calls that are open.', unit: '{call}' },
  });
  const underruns = meter.createCounter('hookline.server.underruns', {
    ...{ description: 'Gaps inside playbacks because a source was late.', unit: '{gap}' },
  });
  const refused = meter.createCounter('hookline.server.refused', {
    ...{ description: 'Upgrade requests refused.', unit: '{request}' },
  });
  /** The calls that `sessions` counts; those that opened before the instrumentation are not among them. */
  const counted = new Set<CallFacts>();
  listen('hookline:server:call:opened', ({ call, openMs }) => {
    counted.add(call);
    sessions.add(1);
    opens.record(openMs / 1000);
  });
  listen('hookline:server:call:turn', ({ replyMs }) => replies.record(replyMs / 1000));
  listen('hookline:server:call:underrun', () => underruns.add(1));
  listen('hookline:server:call:ended', ({ call, reason, durationMs }) => {
    if (counted.delete(call)) sessions.add(-1);
    calls.record(durationMs / 1000, { 'hookline.outcome': reason });
  });
  listen('hookline:server:refused', ({ status, error }) =>
    refused.add(1, { 'http.response.status_code': status, 'error.type': error }),
  );
  return () => {
    if (counted.size > 0) sessions.add(-counted.size);
    counted.clear();
  };
}

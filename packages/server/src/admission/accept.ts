import { guardedSink, type WireSink } from '@hookline/protocol';
import { contain, describeValue, messageOf } from '@hookline/runtime';
import type { UpgradeRequest } from '../auth/auth-options.js';
import type { BotOptions } from '../bot-options.js';
import { type AdmittedCall, type CallConnection, type CallHost, CallSession } from '../call/call-session.js';
import { serverError } from '../error.js';
import type { CallRegistry } from '../lifecycle/call-registry.js';
import type { AdmissionControl, AdmissionResult } from './admission.js';
import type { BasePath } from './base-path.js';
import type { Peer } from './check-signal.js';
import type { Refusal } from './refusal.js';

/** The parts of a bot that accepting a call needs. */
export interface AcceptHost extends CallHost {
  readonly admission: AdmissionControl;
  readonly calls: CallRegistry;
  /** Makes the sink of a call; see `BotOptions.sink`. */
  readonly sink: BotOptions['sink'];
}

/** An upgrade request and the connection that it asks for. */
export interface Upgrade {
  readonly request: UpgradeRequest;
  /** Where the bot is mounted; default the bot's own path. */
  readonly basePath?: BasePath;
  /** The sender; default: one that never disconnects. */
  readonly peer?: Peer;
  /** Called once, after the decision. Returns whether the peer still waits for the response; default true. */
  isWaiting?(): boolean;
  /** Returns a refusal if the WebSocket handshake is invalid; default: not checked. */
  handshakeFault?(): Refusal | undefined;
  /** Returns the request head as on the wire, for a sink. */
  requestHead(): string;
  /** Opens the connection and then calls `start`; `responseHead` returns the response head as on the wire. */
  open(start: (transport: CallConnection['transport'], responseHead: () => string) => void): void;
}

/**
 * Handles an upgrade request from its arrival to the start of its call, over a socket or in memory. Never rejects,
 * unless `open` throws.
 *
 * @returns the refusal to send; undefined if the call was opened or the peer has disconnected
 */
export async function accept(host: AcceptHost, upgrade: Upgrade): Promise<Refusal | undefined> {
  const { admission } = host;
  const { request, basePath, peer } = upgrade;
  const result = await admission.admit(request, basePath, peer);
  if (!result.ok) return upgrade.isWaiting?.() === false ? undefined : result.refusal;
  try {
    return begin(host, upgrade, result);
  } finally {
    result.release();
  }
}

function begin(
  host: AcceptHost,
  upgrade: Upgrade,
  { call, refusal, knownKey }: Extract<AdmissionResult, { readonly ok: true }>,
): Refusal | undefined {
  const { admission } = host;
  const { request, basePath } = upgrade;
  if (upgrade.isWaiting?.() === false) return undefined;
  const late = upgrade.handshakeFault?.() ?? admission.lateRefusal(call);
  const refused = late ?? refusal;
  if (refused) admission.refused(refused, request, basePath, knownKey);
  if (late) return late;
  upgrade.open((transport, responseHead) => {
    const sink = sinkOf(host, call);
    sink?.event({ kind: 'request', t: 0, dir: 'in', head: upgrade.requestHead() });
    sink?.event({
      kind: 'response',
      t: host.clock.now() - call.startedMs,
      dir: 'out',
      head: responseHead(),
      status: 101,
    });
    startCall(host, call, transport, sink);
  });
  return undefined;
}

/** Creates the sink of a call before its first event; none for a client that is refused with `unauthorized`. */
function sinkOf({ sink: makeSink, log }: AcceptHost, call: AdmittedCall): WireSink | undefined {
  const { facts, unauthorized } = call;
  if (!makeSink || unauthorized !== undefined) return undefined;
  try {
    const sink = makeSink(facts);
    // As `isRecorded && makeSink(facts)` returns it.
    if (!sink) return undefined;
    return guardedSink(checkedSink(sink), log.logger);
  } catch (error) {
    log.logger.error(
      { sessionId: facts.id, err: error },
      `the sink option failed; this call has no sink: ${messageOf(error)}`,
    );
    return undefined;
  }
}

function startCall(
  host: AcceptHost,
  admitted: AdmittedCall,
  transport: CallConnection['transport'],
  sink: WireSink | undefined,
): void {
  const { calls } = host;
  const call = new CallSession(host, admitted, { transport, sink }, calls);
  if (admitted.unauthorized === undefined) calls.add(call);
  else calls.addUnauthorized(call);
  call.start();
}

/** @throws HooklineError `SERVER_BAD_OPTION` if it is not a sink */
function checkedSink(sink: WireSink): WireSink {
  if (typeof sink.event === 'function') return sink;
  // An async function where a plain one is expected returns a promise, which may reject.
  void contain(sink);
  throw serverError(
    'SERVER_BAD_OPTION',
    `sink returned ${describeValue(sink)} without event(); it must return a WireSink, not a promise of one.`,
  );
}

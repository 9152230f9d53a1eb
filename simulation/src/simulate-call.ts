import { type Call, callAudioConnector, defineIntegration } from '@hookline/client';
import type { WireSink } from '@hookline/protocol';
import { type Logger, messageOf, silentLogger } from '@hookline/runtime';
import {
  type Auth,
  type Bot,
  type BotOptions,
  type CallHandler,
  createBot,
  type NonceStore,
} from '@hookline/server';
import { createVad } from '@hookline/vad';
import { BotRecord } from './bot-record.js';
import { botScript } from './bot-script.js';
import { CallLog } from './call-log.js';
import { type CallPlan, drawCallPlan } from './call-plan.js';
import { CallerRecord } from './caller-record.js';
import { type CallerContext, drawCallerSource, followCallerScript } from './caller-script.js';
import { CONCURRENT_CALL_ID, ConcurrentCall } from './concurrent-call.js';
import type { Evidence } from './evidence.js';
import { Handshake } from './handshake.js';
import { brokenInvariants } from './invariants.js';
import { drawNetworkConditions } from './network-conditions.js';
import { observeLink, observeSide } from './observe.js';
import { Random } from './random.js';
import type { SimulationReport } from './simulation-report.js';
import { Trace } from './trace.js';
import { World } from './world.js';

const API_KEY = 'simulation';
const SECRET = new TextEncoder().encode('secret of the simulation');
const OTHER_SECRET = new TextEncoder().encode('secret of another integration');
/** Longer than any simulated call: 5 s to connect, 5 s to open, 25 s of talk, and twice 20 s until silence is noticed. */
const MAX_CALL_MS = 120_000;
/** Longer than any wait of the scripts, so that they finish after the call. */
const SETTLE_MS = 60_000;
/** A bot that makes more than a hundred requests in a second gets the answers later, for up to this time. */
const DELAYED_ANSWERS_MS = 1100;

const throwingLogger: Logger = {
  debug: refuseToLog,
  info: refuseToLog,
  warn: refuseToLog,
  error: refuseToLog,
};

function refuseToLog(): never {
  throw new Error('the logger throws');
}

/**
 * Simulates one call between the real client and the real server, in memory and in virtual time, and checks the
 * invariants. The seed determines what both sides and the network do.
 *
 * Calls of one process must not overlap, because an unhandled rejection is attributed to the current call.
 *
 * @param seed - an integer, 0 or more
 */
export async function simulateCall(seed: number): Promise<SimulationReport> {
  await loadDetector();
  const random = new Random(seed);
  const plan = drawCallPlan(random.fork());
  const network = drawNetworkConditions(random.fork(), plan.maxDurationMs);
  const world = new World(network);
  const trace = new Trace();
  const log = new CallLog();
  const caller = new CallerRecord();
  const record = new BotRecord();
  const stray: string[] = [];
  const onRejection = (reason: unknown) => stray.push(`unhandled rejection: ${messageOf(reason)}`);
  const onException = (error: unknown) => stray.push(`uncaught exception: ${messageOf(error)}`);
  process.on('unhandledRejection', onRejection);
  process.on('uncaughtException', onException);
  try {
    const concurrentCall = allowsConcurrentCall(plan) ? new ConcurrentCall(world.server) : undefined;
    const note = (what: string) => trace.add(world.nowMs, 'bot', what);
    const { byteOrder } = plan;
    const reportedCount = () => log.reported.server.length;
    const script = botScript({
      random: random.fork(),
      machine: world.server,
      record,
      byteOrder,
      reportedCount,
      note,
    });
    const sink = () => observeSide('server', world, log, caller, plan.sinksThrow ? random.fork() : undefined);
    const bot = createSimulatedBot(plan, world, sink, (call) =>
      concurrentCall && call.connectorId === CONCURRENT_CALL_ID ? concurrentCall.handler(call) : script(call),
    );
    const observer = observeLink(world, log, trace);
    const handshake = new Handshake({
      ...{ bot, world, network, random: random.fork(), observer },
      reportUnexpected: (what) => stray.push(what),
    });
    const abort = new AbortController();
    const context: CallerContext = {
      random: random.fork(),
      machine: world.client,
      record: caller,
      plan,
      note: (what) => trace.add(world.nowMs, 'caller', what),
    };
    const call = callAudioConnector({
      integration: defineIntegration({
        baseConnectionUri: 'ws://localhost',
        apiKey: API_KEY,
        clientSecret: SECRET,
        organizationId: uuidOf(1, seed),
        dial: handshake.dial,
      }),
      clock: world.client,
      signal: abort.signal,
      caller: drawCallerSource(context),
      media: {
        format: plan.format,
        byteOrder: plan.byteOrder,
        frameMs: plan.frameMs,
        firstFrameAtOnce: plan.firstFrameAtOnce,
      },
      limits: plan.limits,
      onBreach: plan.onBreach,
      timers: { maxDurationMs: plan.maxDurationMs },
      drainOnDisconnect: plan.drainOnDisconnect,
      lateOpened: plan.lateOpened,
      acceptOutputsInClosed: plan.acceptOutputsInClosed,
      inspectAudio: plan.inspectAudio,
      sessionId: uuidOf(2, seed),
      correlationId: uuidOf(3, seed),
      conversation: { id: uuidOf(4, seed), participantId: uuidOf(5, seed) },
      sink: observeSide('client', world, log, caller, plan.sinksThrow ? random.fork() : undefined),
    });
    recordEnd(call, world, caller, trace);
    followCallerScript(call, context, abort);
    if (concurrentCall) {
      world.server.scheduleScript(
        random.integer(0, 3000),
        () => void concurrentCall.call(bot, SECRET).catch(onRejection),
      );
    }
    if (plan.drain) {
      const { atMs, timeoutMs } = plan.drain;
      world.server.scheduleScript(atMs, () => void record.promises.track('drain', bot.drain({ timeoutMs })));
    }
    const areBothClosed = () => caller.closedAtMs !== undefined && bot.sessions === 0 && !handshake.pending;
    const isOver = () => areBothClosed() && (concurrentCall === undefined || concurrentCall.ended);
    await world.run(isOver, MAX_CALL_MS);
    const bothClosedAtMs = areBothClosed() ? world.nowMs : undefined;
    // The transport may still respond to the end, as late as its machine runs.
    // A machine may be stalled again before it has responded.
    for (let untilMs = -1; untilMs < world.settledMs; ) {
      untilMs = world.settledMs;
      await world.run(() => false, untilMs);
    }
    // A replayed request may still be in progress; its timers do not belong to the call.
    await world.run(() => !handshake.pending, MAX_CALL_MS);
    const pendingTimers = () => world.client.pending + world.server.pending;
    if (record.playBursts > 0) await world.run(() => pendingTimers() === 0, world.nowMs + DELAYED_ANSWERS_MS);
    const afterClose = pendingTimers();
    await world.run(() => false, world.nowMs + SETTLE_MS);
    const evidence: Evidence = {
      plan,
      network,
      log,
      caller,
      bot: record,
      concurrentCall,
      bothClosedAtMs,
      pendingTimers: { afterClose, atEnd: pendingTimers() },
      unexpectedErrors: [...stray, ...world.thrown],
    };
    return {
      seed,
      violations: brokenInvariants(evidence),
      result: caller.result,
      faultFree: network.faultFree,
      virtualMs: bothClosedAtMs ?? world.nowMs,
      trace: () => trace.lines(),
    };
  } finally {
    process.off('unhandledRejection', onRejection);
    process.off('uncaughtException', onException);
  }
}

let detector: Promise<void> | undefined;

/** Loads the server's default speech detector in advance, because its first load takes real time. */
function loadDetector(): Promise<void> {
  detector ??= createVad().then((vad) => vad.close());
  return detector;
}

function createSimulatedBot(plan: CallPlan, world: World, sink: () => WireSink, handler: CallHandler): Bot {
  const nonces = noncesOf(plan, world);
  const options: BotOptions = {
    auth: authOf(plan, world),
    clock: world.server,
    l16ByteOrder: plan.byteOrder,
    // Without a logger, a crash emits a process warning.
    logger: plan.loggerThrows ? throwingLogger : silentLogger,
    ...(nonces ? { nonces } : {}),
    sink: ({ connectorId }) => {
      if (connectorId === CONCURRENT_CALL_ID) return undefined;
      if (plan.sinkFactoryThrows) throw new Error('there is no sink');
      return sink();
    },
  };
  return createBot(options, handler);
}

/** Whether only the simulated call could disturb another call of the bot. */
function allowsConcurrentCall({ concurrentCall, keys, nonces, drain }: CallPlan): boolean {
  return concurrentCall && keys === 'known' && nonces === 'own' && drain === undefined;
}

function authOf({ keys }: CallPlan, world: World): Auth {
  switch (keys) {
    case 'known':
      return { [API_KEY]: SECRET, [CONCURRENT_CALL_ID]: SECRET };
    case 'wrong':
      return { [API_KEY]: OTHER_SECRET };
    case 'late':
      return async () => {
        await world.server.sleep(700);
        return SECRET;
      };
    case 'rejects':
      return async () => {
        throw new Error('the key store is unavailable');
      };
    case 'throws':
      return () => {
        throw new Error('the key store is unavailable');
      };
    case 'invalid':
      return () => JSON.parse('{"secret":42}');
    case 'hangs':
      return () => new Promise(() => {});
  }
}

/** The nonce store for the bot; undefined: the bot's own store. */
function noncesOf({ nonces }: CallPlan, world: World): NonceStore | undefined {
  const seen = new Set<string>();
  switch (nonces) {
    case 'own':
      return undefined;
    case 'late':
      return {
        async remember(key) {
          await world.server.sleep(300);
          return !seen.has(key) && seen.add(key).has(key);
        },
      };
    case 'rejects':
      return { remember: () => Promise.reject(new Error('the nonce store is unavailable')) };
    case 'throws':
      return {
        remember() {
          throw new Error('the nonce store is unavailable');
        },
      };
    case 'invalid':
      return { remember: () => JSON.parse('"OK"') };
    case 'hangs':
      return { remember: () => new Promise(() => {}) };
  }
}

function recordEnd(call: Call, world: World, caller: CallerRecord, trace: Trace): void {
  call.result.then(
    (result) => {
      caller.result = result;
      caller.resultAtMs = world.nowMs;
      caller.resultText = JSON.stringify(result);
      trace.add(world.nowMs, 'client', `result: ${caller.resultText}`);
    },
    (error) => trace.add(world.nowMs, 'client', `result REJECTED: ${messageOf(error)}`),
  );
  void call.closed.then(() => {
    caller.closedAtMs = world.nowMs;
    trace.add(world.nowMs, 'client', 'closed');
  });
}

/** The ids of a call depend only on its seed, so that its trace is reproducible. */
function uuidOf(what: number, seed: number): string {
  return `0000000${what}-0000-4000-8000-${seed.toString(16).padStart(12, '0')}`;
}

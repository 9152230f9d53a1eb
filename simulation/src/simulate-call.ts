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
import type { Evidence } from './evidence.js';
import { Handshake } from './handshake.js';
import { brokenInvariants } from './invariants.js';
import { NEIGHBOUR, Neighbour } from './neighbour.js';
import { drawNetworkConditions } from './network-conditions.js';
import { observeLink, observeSide } from './observe.js';
import { Random } from './random.js';
import type { SimulationReport } from './simulation-report.js';
import { Trace } from './trace.js';
import { World } from './world.js';

const API_KEY = 'simulation';
const SECRET = new TextEncoder().encode('for calls that never leave the process');
const OTHER_SECRET = new TextEncoder().encode('that somebody else holds');
/** Longer than any call of a simulation can last: 5 s to connect, 5 to open, 25 to talk, twice 20 until silence is noticed. */
const LONGEST_MS = 120_000;
/** What the scripts themselves have still to do after a call: every wait of theirs is shorter. */
const AFTERMATH_MS = 60_000;

const throwing: Logger = { debug: refuseToLog, info: refuseToLog, warn: refuseToLog, error: refuseToLog };

function refuseToLog(): never {
  throw new Error('the logger throws');
}

/**
 * Plays one call between the real client and the real server, in memory and in no real time. The seed decides all:
 * what both do, what befalls the connection, and when. Judges what happened by the invariants.
 *
 * Calls of one process must not overlap: what is rejected and seen by nobody is charged to the call that is on.
 *
 * @param seed - a whole number from 0
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
    const neighbour = isOrderly(plan) ? new Neighbour(world.server) : undefined;
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
    const bot = makeBot(plan, world, sink, (call) =>
      neighbour && call.connectorId === NEIGHBOUR ? neighbour.handler(call) : script(call),
    );
    const observer = observeLink(world, log, trace);
    const handshake = new Handshake({
      ...{ bot, world, network, random: random.fork(), observer },
      object: (what) => stray.push(what),
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
    watchEnd(call, world, caller, trace);
    followCallerScript(call, context, abort);
    if (neighbour) {
      world.server.later(random.integer(0, 3000), () => void neighbour.call(bot, SECRET).catch(onRejection));
    }
    if (plan.drain) {
      const { atMs, timeoutMs } = plan.drain;
      world.server.later(atMs, () => void record.promises.watch('drain', bot.drain({ timeoutMs })));
    }
    const isGone = () => caller.closedAtMs !== undefined && bot.sessions === 0 && !handshake.underWay;
    const isOver = () => isGone() && (neighbour === undefined || neighbour.over);
    await world.run(isOver, LONGEST_MS);
    const goneAtMs = isGone() ? world.nowMs : undefined;
    // The transport's own answer to the end may still be on its way, as late as its machine is.
    await world.run(() => false, world.settledMs);
    // Meanwhile somebody may have tried the request again: that takes its time, and is no timer of the call.
    await world.run(() => !handshake.underWay, LONGEST_MS);
    const whenGone = world.client.pending + world.server.pending;
    await world.run(() => false, world.nowMs + AFTERMATH_MS);
    const evidence: Evidence = {
      plan,
      network,
      log,
      caller,
      bot: record,
      neighbour,
      goneAtMs,
      pendingTimers: { whenGone, atTheEnd: world.client.pending + world.server.pending },
      stray: [...stray, ...world.thrown],
    };
    return {
      seed,
      violations: brokenInvariants(evidence),
      result: caller.result,
      faultFree: network.faultFree,
      virtualMs: goneAtMs ?? world.nowMs,
      trace: () => trace.lines(),
    };
  } finally {
    process.off('unhandledRejection', onRejection);
    process.off('uncaughtException', onException);
  }
}

let detector: Promise<void> | undefined;

/** The server's default speech detector takes real time to load; loaded once, it takes none. */
function loadDetector(): Promise<void> {
  detector ??= createVad().then((vad) => vad.close());
  return detector;
}

function makeBot(plan: CallPlan, world: World, sink: () => WireSink, handler: CallHandler): Bot {
  const nonces = noncesOf(plan, world);
  const options: BotOptions = {
    auth: authOf(plan, world),
    clock: world.server,
    l16ByteOrder: plan.byteOrder,
    // Without a logger a crash becomes a warning of the process.
    logger: plan.loggerThrows ? throwing : silentLogger,
    ...(nonces ? { nonces } : {}),
    sink: ({ connectorId }) => {
      if (connectorId === NEIGHBOUR) return undefined;
      if (plan.sinkFactoryThrows) throw new Error('there is no sink');
      return sink();
    },
  };
  return createBot(options, handler);
}

/** Whether another call of the bot has nothing to fear but this one. */
function isOrderly({ neighbour, keys, nonces, drain }: CallPlan): boolean {
  return neighbour && keys === 'known' && nonces === 'own' && drain === undefined;
}

function authOf({ keys }: CallPlan, world: World): Auth {
  switch (keys) {
    case 'known':
      return { [API_KEY]: SECRET, [NEIGHBOUR]: SECRET };
    case 'wrong':
      return { [API_KEY]: OTHER_SECRET };
    case 'late':
      return async () => {
        await world.server.sleep(700);
        return SECRET;
      };
    case 'rejects':
      return async () => {
        throw new Error('the keys cannot be reached');
      };
    case 'throws':
      return () => {
        throw new Error('the keys cannot be reached');
      };
    case 'junk':
      return () => JSON.parse('{"secret":42}');
    case 'hangs':
      return () => new Promise(() => {});
  }
}

/** A store of nonces that is given to the bot; undefined: it has its own. */
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
      return { remember: () => Promise.reject(new Error('the store cannot be reached')) };
    case 'throws':
      return {
        remember() {
          throw new Error('the store cannot be reached');
        },
      };
    case 'junk':
      return { remember: () => JSON.parse('"OK"') };
    case 'hangs':
      return { remember: () => new Promise(() => {}) };
  }
}

function watchEnd(call: Call, world: World, caller: CallerRecord, trace: Trace): void {
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

/** The same call has the same ids, so that its trace is the same. */
function uuidOf(what: number, seed: number): string {
  return `0000000${what}-0000-4000-8000-${seed.toString(16).padStart(12, '0')}`;
}

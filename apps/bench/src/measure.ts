import { performance } from 'node:perf_hooks';
import { Child, machineBusyMs } from './child.js';
import type { ServerTask } from './settings.js';

/**
 * The young generation of a server starts at 16 MB, the size it grows to as more and more objects survive. Otherwise one
 * server may have grown during the first calls and the other one not, which changes how often V8 marks the whole heap.
 */
const SERVER_FLAGS = ['--min-semi-space-size=16'];
const SERVER_CORE = 0;
const LOAD_CORE = 1;

/** What is measured. */
export interface Scenario {
  readonly task: ServerTask;
  readonly calls: number;
  readonly frameMs: number;
  readonly seconds: number;
  /** Seconds of audio before the measurement starts; not for the load `client-load`. */
  readonly settleSeconds: number;
  readonly opens?: number;
  /** The share of the time in which the caller speaks; by default the line is silent. */
  readonly speech?: number;
  readonly load: 'generator' | 'client-load' | 'relay-load';
}

/** The figures of one repetition by name, and the load of other processes. */
export interface Repetition {
  readonly figures: Readonly<Record<string, number>>;
  /** CPU time of other processes, as a share of one core. */
  readonly foreignLoad: number;
  /** The number of calls that did not close cleanly. */
  readonly unclean: number;
}

/** Runs a scenario once against a fresh server with a fresh load. */
export async function measure(serverName: string, scenario: Scenario): Promise<Repetition> {
  const server = new Child(serverName, { task: scenario.task }, SERVER_CORE, SERVER_FLAGS);
  const { url } = await server.report('url');
  const idleKiB = server.rssKiB();
  const load = new Child(scenario.load, { url, ...scenario }, LOAD_CORE);
  try {
    await load.report('ready');
    const startedMs = performance.now();
    const busy = machineBusyMs();
    const cpu = { server: server.cpuMs(), load: load.cpuMs() };
    const fact = await load.report(scenario.opens === undefined ? 'measured' : 'done');
    const wallMs = performance.now() - startedMs;
    const serverMs = server.cpuMs() - cpu.server;
    const loadMs = load.cpuMs() - cpu.load;
    if (scenario.opens !== undefined) {
      const { opens } = scenario;
      const figures = { serverCpuMsPerOpen: serverMs / opens, loadCpuMsPerOpen: loadMs / opens };
      return { figures, foreignLoad: 0, unclean: Number(fact['unclean']) };
    }
    const others = Math.max(0, machineBusyMs() - busy - serverMs - loadMs) / wallMs;
    const rssKiB = (server.rssKiB() - idleKiB) / scenario.calls;
    const end = await load.report('done');
    const callSeconds = (scenario.calls * wallMs) / 1000;
    return {
      figures: {
        serverCpuMsPerCallSecond: serverMs / callSeconds,
        callsPerCore: (1000 * callSeconds) / serverMs,
        loadCpuMsPerCallSecond: loadMs / callSeconds,
        loadCores: loadMs / wallMs,
        rssKiBPerCall: rssKiB,
        ...percentiles('echoMs', end['echoMs']),
        ...percentiles('lateMs', end['lateMs']),
        ...percentiles('firstByteMs', end['firstByteMs']),
      },
      foreignLoad: others,
      unclean: Number(end['unclean']),
    };
  } finally {
    await Promise.all([load.stop(), server.stop()]);
  }
}

function percentiles(name: string, value: unknown): Record<string, number> {
  if (typeof value !== 'object' || value === null) return {};
  const { p50, p99 } = value as { p50: number; p99: number };
  return { [`${name} p50`]: p50, [`${name} p99`]: p99 };
}

import { checkOptionNames, choiceFault, type NumberRule, numberFault } from '@hookline/runtime';
import type { Arrivals } from './arrivals.js';
import { type LoadErrorCode, loadError } from './error.js';
import { checkThresholds, type Threshold } from './thresholds.js';

/** Options of a load test, apart from the target and the behaviour of the callers. */
export interface LoadOptions {
  /** Calls started per second, independent of the bot's speed. Default 1. */
  readonly rate?: number | undefined;
  /** Duration over which the rate grows from 0 to `rate`, in milliseconds. Default 0: the full rate at once. */
  readonly rampMs?: number | undefined;
  /** Number of calls. Default: as many as start within `durationMs`. */
  readonly calls?: number | undefined;
  /** How long new calls are started, in milliseconds. Default 30,000, or until there were `calls`. */
  readonly durationMs?: number | undefined;
  /** Duration of a call from `opened` on, unless the bot ends it earlier, in milliseconds. Default 20,000. */
  readonly holdMs?: number | undefined;
  /** Caller audio in one frame, in milliseconds. Default 200. */
  readonly frameMs?: number | undefined;
  /** The platform's limits on how often a bot may send. Default `genesys`. */
  readonly limits?: 'genesys' | 'off' | undefined;
  /**
   * Allowed lateness of the generator at p99, in milliseconds: if call starts or frames were later, the generator did not
   * keep pace and the result is void. Default 50.
   */
  readonly maxLateMs?: number | undefined;
  readonly thresholds?: readonly Threshold[] | undefined;
}

/** The options of a load test with defaults filled in. Plain data, so that it can be sent to another process. */
export interface LoadPlan {
  readonly arrivals: Arrivals;
  readonly holdMs: number;
  readonly frameMs: number;
  readonly limits: 'genesys' | 'off';
  readonly maxLateMs: number;
  readonly thresholds: readonly Threshold[];
}

/** The names of the options of a load test. */
export const LOAD_OPTION_NAMES = {
  rate: true,
  rampMs: true,
  calls: true,
  durationMs: true,
  holdMs: true,
  frameMs: true,
  limits: true,
  maxLateMs: true,
  thresholds: true,
} as const;

/** The valid range of each number. */
const RULES: Readonly<Record<string, NumberRule>> = {
  rate: { above: 0, max: 10_000 },
  rampMs: { min: 0 },
  calls: { min: 1, integer: true },
  durationMs: { above: 0 },
  holdMs: { min: 0 },
  frameMs: { min: 20, max: 1000, integer: true },
  maxLateMs: { min: 0 },
};

const DEFAULT_DURATION_MS = 30_000;

/** Validates the options and fills in defaults. @throws HooklineError `LOAD_BAD_OPTION` naming the field */
export function planLoad(options: LoadOptions = {}): LoadPlan {
  checkOptionNames<LoadOptions>(
    'LOAD_BAD_OPTION' satisfies LoadErrorCode,
    'planLoad: ',
    options,
    LOAD_OPTION_NAMES,
  );
  for (const [name, value] of Object.entries(options)) {
    const rule = RULES[name];
    const fault = rule && value !== undefined ? numberFault(name, value, rule) : undefined;
    if (fault !== undefined) throw loadError('LOAD_BAD_OPTION', `planLoad: ${fault}.`);
  }
  const { calls, limits = 'genesys', thresholds = [] } = options;
  const limitsFault = choiceFault('limits', limits, ['genesys', 'off']);
  if (limitsFault !== undefined) throw loadError('LOAD_BAD_OPTION', `planLoad: ${limitsFault}.`);
  checkThresholds('planLoad: thresholds', thresholds);
  return {
    arrivals: {
      rate: options.rate ?? 1,
      rampMs: options.rampMs ?? 0,
      calls,
      durationMs: options.durationMs ?? (calls === undefined ? DEFAULT_DURATION_MS : undefined),
    },
    holdMs: options.holdMs ?? 20_000,
    frameMs: options.frameMs ?? 200,
    limits,
    maxLateMs: options.maxLateMs ?? 50,
    thresholds,
  };
}

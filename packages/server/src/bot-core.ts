import { type Clock, createTicker, systemClock, type Ticker } from '@hookline/runtime';
import type { AcceptHost } from './admission/accept.js';
import { AdmissionControl, type AdmissionHost } from './admission/admission.js';
import { BasePath } from './admission/base-path.js';
import { ChunkMemory } from './audio/held-audio.js';
import { type BotLimits, type BotTimers, botLimits, botTimers } from './bot-limits.js';
import { type BotLog, botLog } from './bot-log.js';
import { type BotOptions, checkChoices, HOLD_CALLER_AUDIO_MS } from './bot-options.js';
import { CallRegistry } from './lifecycle/call-registry.js';
import { BotMetrics } from './metrics/bot-metrics.js';
import { EventLoopDelay } from './metrics/event-loop-delay.js';
import { prometheusText } from './metrics/prometheus.js';
import type { Status } from './metrics/status-pages.js';
import type { RouteTable } from './routing/router.js';

/** The parts of a bot that all connections share; does not depend on sockets. */
export class BotCore implements AdmissionHost, AcceptHost, Status {
  readonly clock: Clock;
  readonly ticker: Ticker;
  readonly timers: BotTimers;
  readonly limits: BotLimits;
  readonly byteOrder: 'le' | 'be';
  readonly measureReplies: boolean;
  readonly holdCallerAudioMs: number;
  readonly heldMemory = new ChunkMemory();
  readonly log: BotLog;
  readonly basePath: BasePath;
  readonly calls: CallRegistry;
  readonly admission: AdmissionControl;
  readonly metrics = new BotMetrics();
  readonly eventLoopDelay = new EventLoopDelay();
  readonly sink: BotOptions['sink'];

  /** @throws HooklineError `SERVER_BAD_OPTION`, `SERVER_BAD_SECRET` */
  constructor(options: BotOptions, routes: RouteTable) {
    checkChoices(options);
    this.clock = options.clock ?? systemClock;
    this.ticker = createTicker(this.clock);
    this.timers = botTimers(options.timers);
    this.limits = botLimits(options.limits);
    this.byteOrder = options.l16ByteOrder ?? 'le';
    this.measureReplies = options.measureReplies ?? false;
    this.holdCallerAudioMs = options.holdCallerAudioMs ?? HOLD_CALLER_AUDIO_MS;
    this.log = botLog(options.logger, options.onError);
    this.basePath = new BasePath('createBot', options.path ?? '/');
    this.calls = new CallRegistry(this.clock, this.timers);
    this.sink = options.sink;
    this.admission = new AdmissionControl(this, options, routes);
  }

  /** Whether the process works; true if it can answer at all. */
  health(): { readonly ok: boolean } {
    return { ok: true };
  }

  /** Whether new calls are accepted. */
  ready(): boolean {
    return this.admission.ready();
  }

  /** All metrics in the text format of Prometheus. */
  metricsText(): string {
    return prometheusText(this.metrics, {
      sessions: this.calls.size,
      draining: this.admission.draining,
      eventLoopDelayMs: this.eventLoopDelay.takeMs(),
    });
  }
}

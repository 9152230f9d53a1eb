import { checkArgument, notOptions } from '@hookline/runtime';
import { BasePath } from './admission/base-path.js';
import { inject } from './admission/inject.js';
import type { Bot, Listening, ListenOptions } from './bot.js';
import { BotCore } from './bot-core.js';
import type { BotOptions } from './bot-options.js';
import type { CallHandler } from './call/call.js';
import type { Prepare } from './call/preparation.js';
import { type BotEntry, botEntry, type HandlerOptions } from './call/route.js';
import type { InputsOf, OutputsOf, VariableSchema, VariableSchemas } from './call/variable-schemas.js';
import { checkNames, serverError } from './error.js';
import { checkDrainMs, drain } from './lifecycle/drain.js';
import { onceSignalled } from './lifecycle/signals.js';
import { botStats } from './metrics/bot-stats.js';
import { answerStatus } from './metrics/status-pages.js';
import { type Router, type RouteTable, singleRoute } from './routing/router.js';
import { checkBoolean, checkMethods } from './user-code/user-code-check.js';
import { attach } from './ws/attach.js';
import { listen } from './ws/listen.js';
import { Upgrader } from './ws/upgrader.js';

const LISTEN_OPTIONS = { host: true, tls: true, statusPages: true, handleSignals: true };

/** With a router each bot has its own. */
type NoHandlerOptions = { readonly [Part in keyof HandlerOptions]?: never };

/**
 * Makes a bot: one async function per call. Nothing listens until `listen`, `attach`, `upgrade` or `inject`.
 *
 * @throws HooklineError `SERVER_BAD_OPTION`, `SERVER_BAD_SECRET`
 */
export function createBot(options: BotOptions & NoHandlerOptions, router: Router): Bot;
export function createBot<
  Prepared,
  const Inputs extends VariableSchema | undefined = undefined,
  const Outputs extends VariableSchema | undefined = undefined,
  const Returned extends OutputsOf<Outputs> = OutputsOf<Outputs>,
>(
  options: BotOptions &
    VariableSchemas<Inputs, Outputs> & { readonly prepare: Prepare<Prepared, InputsOf<Inputs>> },
  handler: CallHandler<InputsOf<Inputs>, Returned, [Prepared]>,
): Bot;
export function createBot<
  const Inputs extends VariableSchema | undefined = undefined,
  const Outputs extends VariableSchema | undefined = undefined,
  const Returned extends OutputsOf<Outputs> = OutputsOf<Outputs>,
>(
  options: BotOptions & VariableSchemas<Inputs, Outputs>,
  handler: CallHandler<InputsOf<Inputs>, Returned>,
): Bot;
export function createBot(options: BotOptions & HandlerOptions, bot: BotEntry['handler'] | Router): Bot {
  checkOptions(options);
  const core = new BotCore(options, routesOf(options, bot));
  const upgrader = new Upgrader(core);
  const open = new Set<Listening>();
  const opening = new Set<Promise<Listening>>();
  /** What ends the measurement of the event loop for each attached server. */
  const measurements = new Set<() => void>();

  const drainAll = async (timeoutMs?: number) => {
    core.admission.startDraining();
    await drain(core.calls, core.admission, core.clock, timeoutMs);
    await Promise.allSettled(opening);
    await Promise.all([...open].map((listening) => listening.close()));
    for (const stopMeasuring of measurements) stopMeasuring();
  };

  const openPort = async (port: number, listenOptions: ListenOptions): Promise<Listening> => {
    checkNames<ListenOptions>('listen: ', listenOptions, LISTEN_OPTIONS);
    checkNames('listen: tls: ', listenOptions.tls, { key: true, cert: true });
    checkBoolean('listen: statusPages', listenOptions.statusPages);
    const { handleSignals = false } = listenOptions;
    if (typeof handleSignals !== 'boolean')
      checkNames('listen: handleSignals: ', handleSignals, { drainMs: true });
    const timeoutMs = typeof handleSignals === 'object' ? handleSignals?.drainMs : undefined;
    checkDrainMs('listen: handleSignals.drainMs', timeoutMs);
    const socket = await listen(core, upgrader, port, listenOptions);
    const offSignals = handleSignals ? onceSignalled(() => void drainAll(timeoutMs)) : () => {};
    const listening: Listening = {
      ...socket,
      close: () => {
        open.delete(listening);
        offSignals();
        return socket.close();
      },
    };
    open.add(listening);
    return listening;
  };

  const listenOn = async (port: number, listenOptions: ListenOptions = {}): Promise<Listening> => {
    if (core.admission.draining) {
      throw serverError(
        'SERVER_LISTEN_FAILED',
        'This bot is drained and accepts no more calls; create another one.',
      );
    }
    const listening = openPort(port, listenOptions);
    opening.add(listening);
    try {
      return await listening;
    } finally {
      opening.delete(listening);
    }
  };

  const attachTo: Bot['attach'] = (server, options = {}) => {
    checkNames('attach: ', options, { path: true });
    const { path } = options;
    const detach = attach(
      upgrader,
      server,
      path === undefined ? core.basePath : new BasePath('attach', path),
    );
    const stopMeasuring = core.eventLoopDelay.measure();
    measurements.add(stopMeasuring);
    return () => {
      detach();
      stopMeasuring();
      measurements.delete(stopMeasuring);
    };
  };
  const drainFor: Bot['drain'] = async (options = {}) => {
    checkNames('drain: ', options, { timeoutMs: true });
    const { timeoutMs } = options;
    checkDrainMs('drain: timeoutMs', timeoutMs);
    await drainAll(timeoutMs);
  };

  return {
    listen: listenOn,
    attach: attachTo,
    upgrade(request, socket, head) {
      checkArgument('SERVER_BAD_OPTION', 'upgrade: request', request, 'object');
      checkArgument('SERVER_BAD_OPTION', 'upgrade: socket', socket, 'object');
      checkArgument('SERVER_BAD_OPTION', 'upgrade: head', head, 'bytes');
      return upgrader.upgrade(request, socket, head, core.basePath);
    },
    inject: (request) => inject(core, request),
    http(request, response) {
      checkArgument('SERVER_BAD_OPTION', 'http: request', request, 'object');
      checkArgument('SERVER_BAD_OPTION', 'http: response', response, {
        writeHead: 'function',
        end: 'function',
      });
      return answerStatus(core, request, response);
    },
    get sessions() {
      return core.calls.size;
    },
    health: () => core.health(),
    ready: () => core.ready(),
    stats: () => botStats(core.metrics, core.calls.size, core.admission.draining),
    metrics: () => core.metricsText(),
    meter: core.metrics.meter,
    drain: drainFor,
  };
}

function checkOptions(options: unknown): void {
  const fault = notOptions('createBot: ', options ?? null, ['auth, which says who may call']);
  if (fault !== undefined) throw serverError('SERVER_BAD_OPTION', fault);
}

function routesOf(options: HandlerOptions, bot: BotEntry['handler'] | RouteTable): RouteTable {
  if (typeof bot !== 'object' || bot === null) return singleRoute(botEntry('createBot', options, bot));
  checkMethods('createBot: the router', bot, ['match']);
  for (const name of ['inputs', 'outputs', 'prepare'] as const satisfies readonly (keyof HandlerOptions)[]) {
    if (options[name] === undefined) continue;
    throw serverError(
      'SERVER_BAD_OPTION',
      `createBot: with a router, pass ${name} to router.bot(path, { ${name} }, handler).`,
    );
  }
  return bot;
}

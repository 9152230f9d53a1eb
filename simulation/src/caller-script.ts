import type { Call, CallerSource } from '@hookline/client';
import type { CallPlan } from './call-plan.js';
import type { CallerRecord } from './caller-record.js';
import type { Machine } from './machine.js';
import type { Random } from './random.js';

/** What the actions of a simulated caller receive. */
export interface CallerContext {
  readonly random: Random;
  readonly machine: Machine;
  readonly record: CallerRecord;
  readonly plan: CallPlan;
  /** Adds a line to the trace. */
  readonly note: (what: string) => void;
}

type CallerAction = (call: Call, context: CallerContext, abort: AbortController) => void;

const CALLER_ACTIONS: readonly [
  readonly [number, readonly [string, CallerAction]],
  ...(readonly [number, readonly [string, CallerAction]])[],
] = [
  [5, ['dtmf', pressKeys]],
  [2, ['hold', hold]],
  [1, ['unhold', (call) => call.unhold()]],
  [1, ['setLanguage', (call, { random }) => call.setLanguage(random.pick(['de-DE', 'en', 'pt-BR']))]],
  [3, ['say', say]],
  [1, ['hear', readBotAudio]],
  [2, ['hangup', hangup]],
  [0.7, ['abort', abortCall]],
];

/** Schedules actions of the caller at random moments of the call. */
export function followCallerScript(call: Call, context: CallerContext, abort: AbortController): void {
  const { random, machine, plan, note } = context;
  const acts = random.integer(0, 6);
  const lastMs = Math.min(plan.maxDurationMs, 6000);
  for (let count = 0; count < acts; count++) {
    const [name, act] = random.weighted(CALLER_ACTIONS);
    machine.scheduleScript(random.integer(0, lastMs), () => {
      note(name);
      act(call, context, abort);
    });
  }
  for (const name of ['state', 'playbackStarted', 'playbackCompleted', 'turn', 'warning', 'wire'] as const) {
    if (random.chance(0.08)) call.on(name, listener(call, random));
  }
}

/** Draws the audio of the caller: in one piece, in several, late, or invalid. */
export function drawCallerSource(context: CallerContext): CallerSource {
  const { random, machine, record } = context;
  const sizes = Array.from({ length: random.integer(0, 12) }, () => random.integer(0, 4000));
  const audio = (size: number) => new Uint8Array(size).fill(random.pick([0x10, 0x90, 0xff]));
  const pieces = sizes.map(audio);
  const fail = (): never => {
    record.sourceFailedAtMs ??= machine.now();
    throw new Error('the source of the caller failed');
  };
  const sourceRandom = random.fork();
  return random.weighted<() => CallerSource>([
    [4, () => audio(random.integer(0, 20_000))],
    [2, () => pieces],
    [3, () => delayedSource(pieces, machine, sourceRandom, () => {})],
    [0.5, () => delayedSource(pieces, machine, sourceRandom, fail)],
    [0.5, () => delayedSource(pieces, machine, sourceRandom, () => new Promise(() => {}))],
    [0.3, () => sourceWithInvalidItem(pieces, context)],
    [0.5, () => sourceFailingOnReturn(pieces)],
  ])();
}

/** A source whose last item is not audio. */
function* sourceWithInvalidItem(
  pieces: readonly Uint8Array[],
  { record, machine }: CallerContext,
): Generator<Uint8Array> {
  yield* pieces;
  record.sourceFailedAtMs ??= machine.now();
  yield JSON.parse('42');
}

/** A source that throws when it is stopped. */
function sourceFailingOnReturn(pieces: readonly Uint8Array[]): Iterable<Uint8Array> {
  return {
    [Symbol.iterator]: () => {
      const iterator = pieces[Symbol.iterator]();
      return {
        next: () => iterator.next(),
        return: () => {
          throw new Error('the source of the caller failed to stop');
        },
      };
    },
  };
}

async function* delayedSource(
  pieces: readonly Uint8Array[],
  machine: Machine,
  random: Random,
  end: () => void | Promise<void>,
): AsyncGenerator<Uint8Array> {
  const maxDelayMs = random.pick([0, 100, 900]);
  for (const piece of pieces) {
    if (maxDelayMs > 0) await machine.sleep(random.integer(0, maxDelayMs));
    yield piece;
  }
  await end();
}

function pressKeys(call: Call, { random, record }: CallerContext): void {
  const digits = random.pick(['1', '#', '12', '*0#', '123456#']);
  const sent = call.sendDtmf(digits, random.chance(0.5) ? { intervalMs: random.integer(0, 500) } : {});
  void record.promises.track('sendDtmf', sent);
}

function hold(call: Call, { random, machine, record }: CallerContext): void {
  record.holds += 1;
  call.hold();
  if (random.chance(0.8)) machine.scheduleScript(random.integer(0, 1500), () => call.unhold());
}

function say(call: Call, context: CallerContext): void {
  void context.record.promises.track('say', call.say(drawCallerSource(context)));
}

/** Reads bot audio for a while or to the end of the call. */
function readBotAudio(call: Call, { random, record }: CallerContext): void {
  const frames = random.pick([0, 10, Number.POSITIVE_INFINITY]);
  const read = async () => {
    let left = frames;
    for await (const _ of call.botAudio) if (--left <= 0) return;
  };
  void record.promises.track('botAudio', read());
}

function hangup(call: Call, { machine, record }: CallerContext): void {
  record.hangupAtMs ??= machine.now();
  call.hangup();
}

function abortCall(_: Call, { machine, record }: CallerContext, abort: AbortController): void {
  record.abortAtMs ??= machine.now();
  abort.abort();
}

/** A listener that throws or acts on the call. Neither may affect the call. */
function listener(call: Call, random: Random): () => void {
  const throws = random.chance(0.7);
  return () => {
    if (throws) throw new Error('a listener of the caller throws');
    call.unhold();
  };
}

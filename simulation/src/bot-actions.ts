import type { MediaFormat } from '@hookline/protocol';
import { isHooklineError } from '@hookline/runtime';
import { type AudioSource, type Call, CallEnded, type Synthesize } from '@hookline/server';
import type { BotRecord, Collection, PlayRecord } from './bot-record.js';
import { drawBotSource } from './bot-source.js';
import type { Machine } from './machine.js';
import { markedAudio, markOf, RAW_MARK, UNMARKED } from './marked-audio.js';
import type { Random } from './random.js';

/** What the actions of a simulated bot receive. */
export interface BotContext {
  readonly random: Random;
  readonly machine: Machine;
  readonly record: BotRecord;
  readonly byteOrder: 'le' | 'be';
  /** The number of events that the server has reported. */
  readonly reportedCount: () => number;
  /** Adds a line to the trace. */
  readonly note: (what: string) => void;
}

/** An action of a bot. Its promise comes from the code under test, or waits only for time. */
type BotAction = (call: Call, context: BotContext) => Promise<unknown> | undefined;

type WeightedActions = readonly [
  readonly [number, readonly [string, BotAction]],
  ...(readonly [number, readonly [string, BotAction]])[],
];

/** What a bot may do at any moment, with weights. */
export const BOT_ACTIONS: WeightedActions = [
  [7, ['play', play]],
  [0.5, ['playBurst', playBurst]],
  [1.5, ['queue', queue]],
  [3, ['wait', (_, { random, machine }) => machine.sleep(random.integer(0, 900))]],
  [2, ['collectDigits', collectDigits]],
  [1, ['stop', interrupt((call) => call.stop())]],
  [2, ['bargeIn', interrupt((call) => call.bargeIn())]],
  [1, ['sendFrame', sendFrames]],
  [1, ['turn', turn]],
  [1, ['pause', pause]],
  [1, ['resume', resume]],
  [1, ['say', say]],
  [1, ['listen', listen]],
  [0.2, ['fail', fail]],
];

/** Records that the playbacks from `from` to `to`, by default all started ones, must not be sent any further. */
export function recordInterruption(
  { record, reportedCount }: BotContext,
  from = 0,
  to = record.plays.length,
): void {
  record.interruptions.push({ reportedCount: reportedCount(), from, to });
}

/** Queues several playbacks; some are stopped while queued or playing, or all are interrupted. */
function queue(call: Call, context: BotContext): Promise<unknown> {
  const { random, machine } = context;
  const finished = Array.from({ length: random.integer(2, 5) }, () => play(call, context));
  for (const one of finished) one.catch(() => {});
  if (random.chance(0.5)) {
    const [name, how] = random.pick<[string, (call: Call) => void]>([
      ['bargeIn', (it) => it.bargeIn()],
      ['stop', (it) => it.stop()],
    ]);
    machine.scheduleScript(random.integer(0, 3000), () => {
      context.note(name);
      recordInterruption(context);
      how(call);
    });
  }
  return Promise.allSettled(finished);
}

function play(call: Call, context: BotContext): Promise<unknown> {
  const { random, machine, record } = context;
  const index = record.plays.length;
  const [source, played] = drawPlay(context, call.media.format);
  played.yields = random.chance(0.1);
  const playback = call.playback(source, { bargeIn: random.chance(0.05), yields: played.yields });
  if (random.chance(0.2)) {
    machine.scheduleScript(random.integer(0, 1500), () => {
      recordInterruption(context, index, index + 1);
      playback.stop();
    });
  }
  if (random.chance(0.3)) record.promises.track('playback.started', playback.started).catch(() => {});
  void playback.finished.then(
    (result) => Object.assign(played, { result, resultAtMs: machine.now() }),
    () => {},
  );
  return playback.finished;
}

/** Starts so many short playbacks that the rate limits delay some of them. */
function playBurst(call: Call, context: BotContext): Promise<unknown> {
  const { random, record, byteOrder } = context;
  recordYields(context);
  record.playBursts += 1;
  const ms = random.integer(1, 12);
  const note = () => call.play(markedAudio(UNMARKED, ms, call.media.format, byteOrder));
  for (let left = random.integer(20, 60); left > 0; left--) void note();
  return note();
}

/** A playback is queued now, so those that yield must not be sent any further. Once the bot has ended its call, none is. */
function recordYields(context: BotContext): void {
  if (context.record.decision) return;
  for (const [index, { yields, result }] of context.record.plays.entries()) {
    if (yields && !result) recordInterruption(context, index, index + 1);
  }
}

function drawPlay(context: BotContext, format: MediaFormat) {
  const { random, machine, record, byteOrder } = context;
  recordYields(context);
  const mark = markOf(record.plays.length);
  const { source, ...facts } = drawBotSource({ random, machine, mark, format, byteOrder });
  const played: PlayRecord = { mark, ...facts };
  record.plays.push(played);
  return [source, played] as const;
}

function collectDigits(call: Call, { random, record, reportedCount }: BotContext): Promise<unknown> {
  const options = {
    max: random.integer(1, 4),
    end: random.pick(['#', '', '#*']),
    timeoutMs: random.chance(0.03) ? drawInvalidNumber(random) : random.integer(0, 2500),
    interDigitMs: random.chance(0.03) ? drawInvalidNumber(random) : random.integer(0, 1500),
    bargeIn: random.chance(0.5),
  };
  const collection: Collection = { reportedCount: reportedCount(), bargeIn: options.bargeIn };
  const collected = call.collectDigits(options);
  record.collections.push(collection);
  void collected.then(
    (result) => Object.assign(collection, { result }),
    (error: unknown) => {
      // A refused `collectDigits` interrupts and collects nothing.
      if (isHooklineError(error) && error.code === 'SERVER_BAD_OPTION') {
        record.collections.splice(record.collections.indexOf(collection), 1);
      }
    },
  );
  return collected;
}

/** Draws a number that is not a valid duration. */
function drawInvalidNumber(random: Random): number {
  return random.pick([Number.NaN, Number.POSITIVE_INFINITY, -1, -1e300, 1e300]);
}

function interrupt(how: (call: Call) => void): BotAction {
  return (call, context) => {
    recordInterruption(context);
    how(call);
    return undefined;
  };
}

function sendFrames(call: Call, { random, record, byteOrder }: BotContext): undefined {
  const count = random.pick([1, 3, 40]);
  for (let frame = 0; frame < count; frame++) {
    record.rawFrames += 1;
    call.sendFrame(
      markedAudio(RAW_MARK, random.pick([20, 200, random.integer(1, 3000)]), call.media.format, byteOrder),
    );
  }
}

function turn(call: Call, { random, record }: BotContext): undefined {
  const count = random.pick([1, 1, 30]);
  record.turns += count;
  for (let number = 0; number < count; number++) {
    call.turn({
      disposition: random.pick(['match', 'no_match', 'no_input']),
      text: 'so be it',
      confidence: 0.5,
    });
  }
}

function pause(call: Call, { random, machine, record }: BotContext): Promise<void> {
  record.pauses += 1;
  if (random.chance(0.8))
    machine.scheduleScript(random.integer(0, 1200), () => call.resume().catch(() => {}));
  return call.pause();
}

function resume(call: Call, { record }: BotContext): Promise<void> {
  record.pauses += 1;
  return call.resume();
}

function say(call: Call, context: BotContext): Promise<unknown> {
  const { machine, record } = context;
  const [source, played] = drawPlay(context, call.media.format);
  record.turns += 1;
  const playback = call.say('what the bot says', {
    synth: drawSynthesizer(context, source),
  });
  void playback.then(
    (result) => Object.assign(played, { result, resultAtMs: machine.now() }),
    () => {},
  );
  return playback;
}

/** Draws a synthesizer that returns audio at once, late or never, fails, or returns something else. */
function drawSynthesizer({ random, machine }: BotContext, source: AudioSource): Synthesize {
  const ms = random.integer(0, 500);
  return random.weighted<Synthesize>([
    [
      8,
      async () => {
        await machine.sleep(ms);
        return source;
      },
    ],
    [1, () => source],
    [0.5, () => Promise.reject(new Error('the synthesizer failed'))],
    [
      0.3,
      () => {
        throw new Error('the synthesizer throws');
      },
    ],
    [0.5, () => new Promise(() => {})],
    [
      0.3,
      async () => {
        await machine.sleep(20 * ms);
        throw new Error('the synthesizer failed late');
      },
    ],
    [0.3, () => JSON.parse('42')],
  ]);
}

/** Reads caller audio for a while or to the end of the call. */
async function listen(call: Call, { random }: BotContext): Promise<void> {
  let left = random.pick([0, 2, Number.POSITIVE_INFINITY]);
  const open = random.pick<() => AsyncIterable<unknown>>([
    () => call.audio,
    () => call.pcm16({ rate: 8000 }),
    () => call.readable,
  ]);
  try {
    for await (const _ of open()) {
      if (--left <= 0) return;
    }
  } catch (error) {
    if (!(error instanceof CallEnded)) throw error;
  }
}

function fail(call: Call, { random, machine, record, note }: BotContext): Promise<void> {
  const immediate = random.chance(0.5);
  record.decide({ atMs: machine.now(), how: 'fail', immediate });
  note('fail in the middle');
  return call.fail('in the middle', { immediate });
}

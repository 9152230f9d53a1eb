import type { MediaFormat } from '@hookline/protocol';
import { isHooklineError } from '@hookline/runtime';
import { type AudioSource, type Call, CallEnded, type Synthesize } from '@hookline/server';
import type { BotRecord, Collection, PlayRecord } from './bot-record.js';
import { drawBotSource } from './bot-source.js';
import type { Machine } from './machine.js';
import { markedAudio, markOf, RAW_MARK, UNMARKED } from './marked-audio.js';
import type { Random } from './random.js';

/** What a bot of a simulation lives on. */
export interface BotContext {
  readonly random: Random;
  readonly machine: Machine;
  readonly record: BotRecord;
  readonly byteOrder: 'le' | 'be';
  /** How much the server has told its sink. */
  readonly reportedCount: () => number;
  /** Tells the trace. */
  readonly note: (what: string) => void;
}

/** Something that a bot does. Its promise is one of the code under test, or one that waits for time only. */
type BotAct = (call: Call, context: BotContext) => Promise<unknown> | undefined;

type Acts = readonly [
  readonly [number, readonly [string, BotAct]],
  ...(readonly [number, readonly [string, BotAct]])[],
];

/** What a bot may do at any moment, and how often. */
export const BOT_ACTS: Acts = [
  [7, ['play', play]],
  [0.5, ['staccato', staccato]],
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

/** Notes that the playbacks that were begun so far, or one of them, may not be heard any further. */
export function interrupts({ record, reportedCount }: BotContext, from = 0, to = record.plays.length): void {
  record.interruptions.push({ reportedCount: reportedCount(), from, to });
}

/** Several playbacks one after another, some of them stopped before their turn or in it, or all of them talked over. */
function queue(call: Call, context: BotContext): Promise<unknown> {
  const { random, machine } = context;
  const finished = Array.from({ length: random.integer(2, 5) }, () => play(call, context));
  for (const one of finished) one.catch(() => {});
  if (random.chance(0.5)) {
    const [name, how] = random.pick<[string, (call: Call) => void]>([
      ['bargeIn', (it) => it.bargeIn()],
      ['stop', (it) => it.stop()],
    ]);
    machine.later(random.integer(0, 3000), () => {
      context.note(name);
      interrupts(context);
      how(call);
    });
  }
  return Promise.allSettled(finished);
}

function play(call: Call, context: BotContext): Promise<unknown> {
  const { random, machine, record } = context;
  const index = record.plays.length;
  const [source, played] = newSource(context, call.media.format);
  const playback = call.playback(source, random.chance(0.05) ? { bargeIn: true } : {});
  if (random.chance(0.2)) {
    machine.later(random.integer(0, 1500), () => {
      interrupts(context, index, index + 1);
      playback.stop();
    });
  }
  if (random.chance(0.3)) record.promises.watch('playback.started', playback.started).catch(() => {});
  void playback.finished.then(
    (result) => Object.assign(played, { result, resultAtMs: machine.now() }),
    () => {},
  );
  return playback.finished;
}

/** So many short playbacks that the limits must hold some of them back. */
function staccato(call: Call, { random, record, byteOrder }: BotContext): Promise<unknown> {
  record.staccatos += 1;
  const ms = random.integer(1, 12);
  const note = () => call.play(markedAudio(UNMARKED, ms, call.media.format, byteOrder));
  for (let left = random.integer(20, 60); left > 0; left--) void note();
  return note();
}

function newSource(context: BotContext, format: MediaFormat) {
  const { random, machine, record, byteOrder } = context;
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
    timeoutMs: random.chance(0.03) ? drawJunkNumber(random) : random.integer(0, 2500),
    interDigitMs: random.chance(0.03) ? drawJunkNumber(random) : random.integer(0, 1500),
    bargeIn: random.chance(0.5),
  };
  const collection: Collection = { reportedCount: reportedCount(), bargeIn: options.bargeIn };
  const collected = call.collectDigits(options);
  record.collections.push(collection);
  void collected.then(
    (result) => Object.assign(collection, { result }),
    (error: unknown) => {
      // What was refused has stopped nothing and collected nothing: it is no collection.
      if (isHooklineError(error) && error.code === 'SERVER_BAD_OPTION') {
        record.collections.splice(record.collections.indexOf(collection), 1);
      }
    },
  );
  return collected;
}

/** What becomes of an input that was left out, and worse. */
function drawJunkNumber(random: Random): number {
  return random.pick([Number.NaN, Number.POSITIVE_INFINITY, -1, -1e300, 1e300]);
}

function interrupt(how: (call: Call) => void): BotAct {
  return (call, context) => {
    interrupts(context);
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
  if (random.chance(0.8)) machine.later(random.integer(0, 1200), () => call.resume().catch(() => {}));
  return call.pause();
}

function resume(call: Call, { record }: BotContext): Promise<void> {
  record.pauses += 1;
  return call.resume();
}

function say(call: Call, context: BotContext): Promise<unknown> {
  const { machine, record } = context;
  const [source, played] = newSource(context, call.media.format);
  record.turns += 1;
  const said = call.say('what the bot says', {
    synth: drawSynthesizer(context, source),
  });
  void said.then(
    (result) => Object.assign(played, { result, resultAtMs: machine.now() }),
    () => {},
  );
  return said;
}

/** A synthesizer that does its work, late or never, or something else. */
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

/** Reads caller audio for a while, or to the end of the call; after it there is none to read. */
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

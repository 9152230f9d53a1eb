import type { Call, CallEvents, SpeechDetector } from '@hookline/server';
import { type BotContext, recordInterruption } from './bot-actions.js';

const EVENTS: readonly (keyof CallEvents)[] = [
  'dtmf',
  'update',
  'paused',
  'resumed',
  'discarded',
  'clientError',
  'playbackStarted',
  'playbackCompleted',
];

/** How a callback of the bot behaves. */
type CallbackBehaviour = 'succeeds' | 'late' | 'throws' | 'rejects' | 'rejects late' | 'hangs' | 'acts';

/** Adds random listeners to a call, some of which misbehave. A callback that fails must end only its own call. */
export function listenAtRandom(call: Call, context: BotContext): void {
  const { random } = context;
  for (const event of EVENTS) {
    if (random.chance(0.15)) call.on(event, callback(call, context, `on ${event}`));
  }
  if (random.chance(0.2)) {
    const onAudio = callback(call, context, 'onAudio');
    const unsubscribe = call.onAudio(onAudio);
    if (random.chance(0.3)) context.machine.scheduleScript(random.integer(0, 2000), unsubscribe);
  }
  if (random.chance(0.1)) listenForSpeech(call, context);
}

function listenForSpeech(call: Call, context: BotContext): void {
  const { random } = context;
  call.onSpeech(
    { start: callback(call, context, 'speech start'), end: callback(call, context, 'speech end') },
    {
      bargeIn: random.chance(0.5),
      vad: drawDetectorFactory(context),
    },
  );
}

function drawDetectorFactory(context: BotContext): () => SpeechDetector | Promise<SpeechDetector> {
  const { random, machine } = context;
  const detector = drawDetector(context);
  const ms = random.integer(0, 200);
  return random.weighted<() => SpeechDetector | Promise<SpeechDetector>>([
    [
      8,
      async () => {
        await machine.sleep(ms);
        return detector;
      },
    ],
    [2, () => detector],
    [0.5, () => Promise.reject(new Error('the detector failed to load'))],
    [
      0.5,
      () => {
        throw new Error('the detector failed to load');
      },
    ],
    [0.5, () => new Promise(() => {})],
    [0.5, () => JSON.parse('{}')],
  ]);
}

/** Draws a detector that reports speech at random and may fail. */
function drawDetector({ random, record, reportedCount }: BotContext): SpeechDetector {
  const broken = random.chance(0.2);
  const close = random.weighted<(() => void) | undefined>([
    [4, undefined],
    [2, () => {}],
    [
      1,
      () => {
        throw new Error('the detector failed to close');
      },
    ],
    [0.5, () => Promise.reject(new Error('the detector failed to close'))],
  ]);
  return {
    pushPcm: () => {
      if (broken && random.chance(0.2)) throw new Error('the detector failed');
      if (broken && random.chance(0.05)) return JSON.parse('null');
      if (!random.chance(0.2)) return [];
      const type = random.pick<'start' | 'end'>(['start', 'end']);
      if (type === 'start') record.speechStarts.push(reportedCount());
      return [{ type, atMs: 0, sample: 0, sampleMs: 0 }];
    },
    ...(close ? { close } : {}),
  };
}

function callback(call: Call, context: BotContext, name: string): () => void | Promise<void> {
  const { random, machine, record, note } = context;
  const behaviour = random.weighted<CallbackBehaviour>([
    [6, 'succeeds'],
    [2, 'late'],
    [2, 'acts'],
    [1, 'hangs'],
    [0.5, 'throws'],
    [0.5, 'rejects'],
    [0.5, 'rejects late'],
  ]);
  const crash = (): never => {
    note(`${name} ${behaviour}`);
    record.decide({ atMs: machine.now(), how: 'crash', immediate: true });
    throw new Error(`${name} ${behaviour}`);
  };
  switch (behaviour) {
    case 'succeeds':
      return () => {};
    case 'late':
      return () => machine.sleep(random.integer(0, 3000));
    case 'throws':
      return crash;
    case 'rejects':
      return async () => crash();
    case 'rejects late':
      return async () => {
        await machine.sleep(random.integer(0, 3000));
        crash();
      };
    case 'hangs':
      return () => new Promise<void>(() => {});
    case 'acts':
      return () => {
        recordInterruption(context);
        if (random.chance(0.5)) call.bargeIn();
        else call.stop();
      };
  }
}

import type { Call, CallEvents } from '@hookline/server';
import type { BotStage } from './bot-acts.js';

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

/** How a callback behaves. */
type Manner = 'well' | 'late' | 'throws' | 'rejects' | 'rejects late' | 'hangs' | 'acts';

/** Listens to some of what a call tells, well or badly: a callback that fails must end this call, and no other harm come of it. */
export function listenAtRandom(call: Call, stage: BotStage): void {
  const { random } = stage;
  for (const event of EVENTS) {
    if (random.chance(0.15)) call.on(event, callback(call, stage, `on ${event}`));
  }
  if (random.chance(0.2)) {
    const hear = callback(call, stage, 'onAudio');
    const off = call.onAudio(hear);
    if (random.chance(0.3)) stage.machine.later(random.integer(0, 2000), off);
  }
  if (random.chance(0.1)) listenForSpeech(call, stage);
}

function listenForSpeech(call: Call, stage: BotStage): void {
  const { random, machine } = stage;
  const broken = random.chance(0.2);
  call.onSpeech(
    { start: callback(call, stage, 'speech start'), end: callback(call, stage, 'speech end') },
    {
      bargeIn: random.chance(0.5),
      vad: async () => {
        await machine.sleep(random.integer(0, 200));
        return {
          pushPcm: () => {
            if (broken && random.chance(0.2)) throw new Error('the detector failed');
            if (!random.chance(0.2)) return [];
            return [
              { type: random.pick<'start' | 'end'>(['start', 'end']), atMs: 0, sample: 0, sampleMs: 0 },
            ];
          },
        };
      },
    },
  );
}

function callback(call: Call, stage: BotStage, name: string): () => void | Promise<void> {
  const { random, machine, record, note } = stage;
  const manner = random.weighted<Manner>([
    [6, 'well'],
    [2, 'late'],
    [2, 'acts'],
    [1, 'hangs'],
    [0.5, 'throws'],
    [0.5, 'rejects'],
    [0.5, 'rejects late'],
  ]);
  const crash = (): never => {
    note(`${name} ${manner}`);
    record.decide({ atMs: machine.now(), how: 'crash', immediate: true });
    throw new Error(`${name} ${manner}`);
  };
  switch (manner) {
    case 'well':
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
        record.interruptions += 1;
        if (random.chance(0.5)) call.bargeIn();
        else call.stop();
      };
  }
}

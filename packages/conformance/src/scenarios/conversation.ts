import { speechSound } from '../caller/speech.js';
import { LATE_ANSWER_FRACTION } from '../record/deadlines.js';
import type { Scenario } from './scenario.js';
import { applyTrigger, pressKeys, SPEECH_MS } from './trigger.js';

/** The longest waits for the greeting, an answer and the end of the call, in milliseconds. */
const GREETING_MS = 6000;
const ANSWER_MS = 4000;
/** The length of the call in addition to the wait for a late `pong`, in milliseconds. */
const TALK_MS = 2500;
const COMPLETE_MS = 6000;

/** The caller speaks, and hangs up at the end unless the bot ends the call. */
export const converse: Scenario = {
  name: 'talk',
  description: 'A call of 10 s: the caller lets the bot greet, speaks, listens and waits for the end.',
  covers: [
    'AC-MSG-1',
    'AC-MSG-2',
    'AC-MSG-3',
    'AC-MSG-4',
    'AC-MSG-5',
    'AC-MSG-6',
    'AC-MSG-7',
    'AC-MSG-14',
    'AC-ERR-1',
    'AC-PING-1',
    'AC-PING-2',
    'AC-PING-3',
    'AC-PING-4',
    'AC-AUDIO-1',
    'AC-AUDIO-2',
    'AC-AUDIO-3',
    'AC-AUDIO-4',
    'AC-RATE-1',
    'AC-RATE-2',
    'AC-RATE-3',
    'AC-PLAY-5',
    'AC-PLAY-6',
    'AC-EVENT-1',
    'AC-EVENT-3',
    'AC-EVENT-4',
    'AC-PAUSE-3',
    'AC-DISC-4',
  ],
  async run(context) {
    const { speak } = context.profile.triggers;
    const call = await context.open({ call: 'the caller speaks', ...(speak ? { trigger: speak } : {}) });
    if (!call) return;
    const endsAt = context.clock.now() + TALK_MS + context.deadlines.pongMs * (1 + LATE_ANSWER_FRACTION);
    await call.wait(1000);
    await call.waitFor(() => !call.playback.playing, GREETING_MS);
    const before = call.count('audio');
    call.mark({ expected: 'speech', description: 'the caller speaks', durationMs: SPEECH_MS });
    await applyTrigger(call, speak, async () => call.audio.enqueueSpeech(speechSound(SPEECH_MS)));
    await call.wait(SPEECH_MS);
    await call.waitFor(() => call.count('audio') > before, ANSWER_MS - SPEECH_MS);
    // A bot that is occupied with what it heard must answer too.
    await call.ping();
    await call.wait(endsAt - context.clock.now());
    await call.hangUp();
  },
};

/** The caller presses keys until the bot completes the call. */
export const keys: Scenario = {
  name: 'keys',
  description:
    'The caller presses 1 2 3 4 # and later 1, or performs the trigger `complete`, until the bot ends the call.',
  covers: ['AC-DISC-1', 'AC-DISC-2', 'AC-OUT-1', 'AC-OUT-2', 'AC-OUT-5', 'AC-PLAY-4'],
  async run(context) {
    const { complete } = context.profile.triggers;
    const call = await context.open({
      call: 'the caller completes',
      ...(complete ? { trigger: complete } : {}),
    });
    if (!call) return;
    await call.wait(1200);
    await applyTrigger(call, complete, async () => {
      await pressKeys(call, '1234#');
      await call.waitFor(() => !call.isOpen, COMPLETE_MS / 3);
      await pressKeys(call, '1');
    });
    await call.waitFor(() => !call.isOpen, COMPLETE_MS);
    await call.hangUp();
  },
};

/** The caller makes the bot fail. */
export const failure: Scenario = {
  name: 'failure',
  description: 'The caller performs the trigger `fail` and waits for `disconnect` with reason `error`.',
  covers: ['AC-DISC-1', 'AC-DISC-2', 'AC-DISC-4'],
  skip: ({ profile }) => (profile.triggers.fail ? undefined : 'the profile has no trigger `fail`'),
  async run(context) {
    const { fail } = context.profile.triggers;
    const call = await context.open({ call: 'the bot fails', ...(fail ? { trigger: fail } : {}) });
    if (!call) return;
    await call.wait(500);
    await applyTrigger(call, fail, async () => {});
    await call.waitFor(() => !call.isOpen, COMPLETE_MS);
    await call.hangUp();
  },
};

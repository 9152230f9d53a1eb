import { LATE_ANSWER_FRACTION } from '../record/deadlines.js';
import { applyTrigger, press, SPEECH_MS, speechOf } from './act.js';
import type { Scenario } from './scenario.js';

/** How long the bot may greet, answer and complete, in milliseconds. */
const GREETING_MS = 6000;
const ANSWER_MS = 4000;
/** What the longest call has beyond the wait for a lost `pong`, in milliseconds. */
const TALK_MS = 2500;
const COMPLETE_MS = 6000;

/** A caller who speaks, and hangs up at the end if the bot does not. */
export const converse: Scenario = {
  name: 'talk',
  about: 'A call of 10 s: the caller lets the bot greet, speaks, listens and waits for the end.',
  shows: [
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
  async run(stage) {
    const { speak } = stage.profile.triggers;
    const call = await stage.open({ call: 'the caller speaks', ...(speak ? { trigger: speak } : {}) });
    if (!call) return;
    const endsAt = stage.clock.now() + TALK_MS + stage.deadlines.pongMs * (1 + LATE_ANSWER_FRACTION);
    await call.wait(1000);
    await call.until(() => !call.playOut.playing, GREETING_MS);
    const before = call.count('audio');
    call.mark({ expected: 'speech', what: 'the caller speaks', ms: SPEECH_MS });
    await applyTrigger(call, speak, async () => call.audio.enqueueSpeech(await speechOf(undefined)));
    await call.until(() => call.count('audio') > before, ANSWER_MS);
    await call.wait(endsAt - stage.clock.now());
    await call.hangUp();
  },
};

/** A caller who presses keys until the bot completes. */
export const keys: Scenario = {
  name: 'keys',
  about:
    'The caller presses 1 2 3 4 # and later 1, or does what the trigger `complete` says, until the bot is done.',
  shows: ['AC-DISC-1', 'AC-DISC-2', 'AC-OUT-1', 'AC-OUT-2', 'AC-OUT-5', 'AC-PLAY-4'],
  async run(stage) {
    const { complete } = stage.profile.triggers;
    const call = await stage.open({
      call: 'the caller completes',
      ...(complete ? { trigger: complete } : {}),
    });
    if (!call) return;
    await call.wait(1200);
    await applyTrigger(call, complete, async () => {
      await press(call, '1234#');
      await call.until(() => !call.isOpen, COMPLETE_MS / 3);
      await press(call, '1');
    });
    await call.until(() => !call.isOpen, COMPLETE_MS);
    await call.hangUp();
  },
};

/** A caller who makes the bot fail. */
export const failure: Scenario = {
  name: 'failure',
  about: 'Does what the trigger `fail` says and waits for `disconnect` with reason `error`.',
  shows: ['AC-DISC-1', 'AC-DISC-2', 'AC-DISC-4'],
  skip: ({ profile }) => (profile.triggers.fail ? undefined : 'the profile has no trigger `fail`'),
  async run(stage) {
    const { fail } = stage.profile.triggers;
    const call = await stage.open({ call: 'the bot fails', ...(fail ? { trigger: fail } : {}) });
    if (!call) return;
    await call.wait(500);
    await applyTrigger(call, fail, async () => {});
    await call.until(() => !call.isOpen, COMPLETE_MS);
    await call.hangUp();
  },
};

import type { RawCall } from '../caller/raw-call.js';
import { applyTrigger, press, SPEECH_MS, speechOf } from './act.js';
import type { CallSpec, Scenario, Stage } from './scenario.js';

const PROMPT_MS = 4000;
const INTERRUPT_MS = 1500;
/** `retryAfter` of the error 429 that is sent, in milliseconds. */
const QUIET_MS = 1000;

/** A call on which the bot is playing; undefined when it could not be made to. */
export async function playing(stage: Stage, spec: CallSpec): Promise<RawCall | undefined> {
  const { longPrompt, speak } = stage.profile.triggers;
  const trigger = longPrompt ?? speak;
  const call = await stage.open({ ...spec, ...(trigger ? { trigger } : {}) });
  if (!call) return undefined;
  if (longPrompt) await applyTrigger(call, longPrompt, async () => {});
  if (!longPrompt) await call.until(() => call.playOut.playing, PROMPT_MS / 4);
  if (!call.playOut.playing && !longPrompt) {
    await applyTrigger(call, speak, async () => call.audio.enqueueSpeech(await speechOf(undefined)));
  }
  await call.until(() => call.playOut.playing, PROMPT_MS);
  if (call.isOpen && call.playOut.playing) return call;
  await call.hangUp();
  return undefined;
}

/** A caller who talks over the bot. */
export const bargeIn: Scenario = {
  name: 'barge-in',
  about: 'The caller speaks while the bot plays: whether it stops, how it says so, and what it still sends.',
  shows: ['AC-BARGE-1', 'AC-BARGE-3'],
  async run(stage) {
    const call = await playing(stage, { call: 'the caller interrupts' });
    if (!call) return;
    await call.wait(400);
    call.mark({ expected: 'bargeIn', what: 'the caller speaks over the bot', ms: INTERRUPT_MS });
    const { bargeIn: trigger } = stage.profile.triggers;
    await applyTrigger(call, trigger, async () =>
      call.audio.enqueueSpeech(await speechOf(undefined, INTERRUPT_MS)),
    );
    await call.wait(INTERRUPT_MS + SPEECH_MS);
    await call.hangUp();
  },
};

/** Keys, an error 429 and a hang-up while the bot plays. */
export const whilePlaying: Scenario = {
  name: 'while-playing',
  about:
    'While the bot plays: a key, error 429 with retryAfter 1 s, and in a second call the caller hangs up.',
  shows: ['AC-DTMF-3', 'AC-RATE-4', 'AC-ERR-3', 'AC-PING-3', 'AC-AUDIO-3', 'AC-CLOSE-1'],
  async run(stage) {
    const call = await playing(stage, { call: 'told to be quiet' });
    if (call) {
      await call.wait(200);
      const what = 'error 429 while the bot plays';
      call.mark({ expected: 'tolerate', clause: 'AC-ERR-3', what });
      call.mark({ expected: 'quiet', clause: 'AC-RATE-4', what, ms: QUIET_MS });
      call.send('error', {
        code: 429,
        message: 'rate limit exceeded',
        retryAfter: `PT${QUIET_MS / 1000}.0S`,
      });
      await call.ping();
      await call.wait(QUIET_MS + 200);
      call.mark({ expected: 'tolerate', clause: 'AC-DTMF-3', what: 'a key while the bot plays' });
      await press(call, '5');
      await call.ping();
      await call.hangUp();
    }
    const abandonedCall = await playing(stage, { call: 'hung up while the bot plays' });
    await abandonedCall?.wait(300);
    await abandonedCall?.hangUp();
  },
};

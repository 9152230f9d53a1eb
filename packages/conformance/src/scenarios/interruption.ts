import { SAMPLES_PER_MS } from '@hookline/audio';
import type { RawCall } from '../caller/raw-call.js';
import { speechSound } from '../caller/speech.js';
import { type CallSpec, repeated, type Scenario, type ScenarioContext } from './scenario.js';
import { applyTrigger, pressKeys, SPEECH_MS, speechOf } from './trigger.js';

const PROMPT_MS = 4000;
const INTERRUPT_MS = 1500;
/** `retryAfter` of error 429, in milliseconds. */
const RETRY_AFTER_MS = 1000;

/** Returns a call in which the bot plays audio; undefined if the bot plays none. */
export async function openPlayingCall(
  context: ScenarioContext,
  spec: CallSpec,
): Promise<RawCall | undefined> {
  const { longPrompt, speak } = context.profile.triggers;
  const trigger = longPrompt ?? speak;
  const call = await context.open({ ...spec, ...(trigger ? { trigger } : {}) });
  if (!call) return undefined;
  if (longPrompt) await applyTrigger(call, longPrompt, async () => {});
  if (!longPrompt) await call.waitFor(() => call.playback.playing, PROMPT_MS / 4);
  if (!call.playback.playing && !longPrompt) {
    await applyTrigger(call, speak, async () => call.audio.enqueueSpeech(speechSound(SPEECH_MS)));
  }
  await call.waitFor(() => call.playback.playing, PROMPT_MS);
  if (call.isOpen && call.playback.playing) return call;
  await call.hangUp();
  return undefined;
}

/** The caller interrupts the bot. */
export const bargeIn: Scenario = {
  name: 'barge-in',
  description:
    'The caller speaks while the bot plays, to see whether the bot stops, how it reports this, and what it still sends.',
  covers: ['AC-BARGE-1', 'AC-BARGE-3'],
  async run(context) {
    const call = await openPlayingCall(context, { call: 'the caller interrupts' });
    if (!call) return;
    await call.wait(400);
    const { bargeIn: trigger } = context.profile.triggers;
    const speech = speechOf(trigger, INTERRUPT_MS);
    if (speech === undefined) {
      // Without a duration: after a key the bot may begin its next prompt at once, because the caller says nothing.
      call.mark({ expected: 'bargeIn', description: 'the caller interrupts the bot without speaking' });
      await applyTrigger(call, trigger, async () => {});
    } else {
      call.mark({
        expected: 'bargeIn',
        description: 'the caller speaks over the bot',
        durationMs: Math.min(INTERRUPT_MS, speech.length / SAMPLES_PER_MS),
      });
      call.audio.enqueueSpeech(speech);
    }
    await call.wait(INTERRUPT_MS + SPEECH_MS);
    await call.ping();
    await call.hangUp();
  },
};

/** Error 429, a key and a hang-up while the bot plays. */
export const whilePlaying: Scenario = {
  name: 'while-playing',
  description:
    'While the bot plays: error 429 with retryAfter 1 s, then a key; in a second call, the caller hangs up.',
  covers: ['AC-DTMF-3', 'AC-RATE-4', 'AC-ERR-3', 'AC-PING-3', 'AC-AUDIO-3', 'AC-CLOSE-1'],
  async run(context) {
    const first: CallSpec = { call: 'error 429 and a key while the bot plays' };
    for (const spec of [first, repeated(first)]) {
      const call = await openPlayingCall(context, spec);
      if (!call) break;
      await call.wait(200);
      const description = 'error 429 while the bot plays';
      call.mark({ expected: 'tolerate', clause: 'AC-ERR-3', description });
      call.mark({ expected: 'quiet', clause: 'AC-RATE-4', description, durationMs: RETRY_AFTER_MS });
      call.send('error', {
        code: 429,
        message: 'rate limit exceeded',
        retryAfter: `PT${RETRY_AFTER_MS / 1000}.0S`,
      });
      await call.ping();
      await call.wait(RETRY_AFTER_MS + 200);
      call.mark({ expected: 'tolerate', clause: 'AC-DTMF-3', description: 'a key while the bot plays' });
      await pressKeys(call, '5');
      await call.ping();
      const isLost = !call.isOpen;
      await call.hangUp();
      if (!isLost) break;
    }
    const abandonedCall = await openPlayingCall(context, { call: 'hung up while the bot plays' });
    await abandonedCall?.wait(300);
    await abandonedCall?.hangUp();
  },
};

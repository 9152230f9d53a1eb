import { signal } from '@preact/signals';
import type { BridgeLink } from '../bridge/bridge-link.js';
import captureUrl from './capture.worklet.ts?worker&url';
import { SAMPLE_RATE } from './frames.js';
import playbackUrl from './playback.worklet.ts?worker&url';

/** Why there is no microphone: permission was denied, or no device exists. */
export type MicrophoneFault = 'mic-denied' | 'no-device';

/**
 * Microphone and speaker of the page: one AudioContext of 8 kHz for the lifetime of the page, one worklet per direction, and
 * ports from the worklets directly to the Worker that holds the socket. If the browser does not support an 8 kHz context, or
 * cannot connect a microphone of another rate to it, the worklets resample.
 */
export class PageAudio {
  readonly #link: BridgeLink;
  #context: Promise<AudioContext> | undefined;
  /** Used if the microphone cannot be connected to an 8 kHz context. */
  #nativeContext: Promise<AudioContext> | undefined;
  #gain: GainNode | undefined;
  #stream: MediaStream | undefined;
  #source: AudioNode | undefined;
  /** The capture worklet of each context, for all starts of the microphone: a browser may keep each until its context ends. */
  readonly #captures = new WeakMap<BaseAudioContext, AudioWorkletNode>();

  /** Counts the starts and stops of the microphone. */
  #microphoneTurns = 0;

  /** Whether the microphone is in use. */
  readonly capturing = signal(false);
  readonly muted = signal(false);
  /** Volume of the bot, from 0 to 1. */
  readonly volume = signal(1);
  /** Gaps in this page's own playback, which are not the bot's. */
  readonly underruns = signal(0);
  readonly fault = signal<MicrophoneFault | undefined>(undefined);
  readonly devices = signal<readonly MediaDeviceInfo[]>([]);

  constructor(link: BridgeLink) {
    this.#link = link;
  }

  /** Starts the speaker, or waits for the first click or key: before it the browser does not allow audio. */
  async startSpeaker(): Promise<void> {
    this.underruns.value = 0;
    if (navigator.userActivation.hasBeenActive) {
      await (await this.#getContext()).resume();
      return;
    }
    const retry = () => void this.startSpeaker();
    for (const event of ['pointerup', 'keydown']) document.addEventListener(event, retry, { once: true });
  }

  /**
   * Starts the microphone with the device ID `microphone`; empty selects the default device. Returns whether it started;
   * otherwise `fault` holds the reason. Returns undefined if it was stopped or started again in the meantime. Throws if the
   * audio system of the browser fails; the microphone is released then.
   */
  async startMicrophone(microphone: string, headphones: boolean): Promise<boolean | undefined> {
    this.stopMicrophone();
    const turn = this.#microphoneTurns;
    let stream: MediaStream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({
        audio: {
          ...(microphone !== '' && { deviceId: { exact: microphone } }),
          echoCancellation: !headphones,
          noiseSuppression: false,
          autoGainControl: false,
          channelCount: 1,
        },
      });
    } catch (error) {
      if (turn !== this.#microphoneTurns) return undefined;
      const denied = error instanceof DOMException && error.name === 'NotAllowedError';
      this.fault.value = denied ? 'mic-denied' : 'no-device';
      return false;
    }
    if (turn !== this.#microphoneTurns) {
      stopTracks(stream);
      return undefined;
    }
    this.fault.value = undefined;
    this.#stream = stream;
    this.capturing.value = true;
    try {
      const source = await this.#sourceOf(stream);
      if (turn === this.#microphoneTurns) {
        this.#startCapture(source);
        await this.#listDevices();
      }
    } catch (error) {
      // What was stopped or started again in the meantime is not stopped by the failure of this start.
      if (turn === this.#microphoneTurns) {
        this.stopMicrophone();
        throw error;
      }
    }
    return turn === this.#microphoneTurns ? true : undefined;
  }

  #startCapture(source: MediaStreamAudioSourceNode): void {
    const worklet = this.#captureOf(source.context);
    const { port1, port2 } = new MessageChannel();
    this.#link.attach('microphone', port1);
    worklet.port.postMessage(port2, [port2]);
    source.connect(worklet);
    this.#source = source;
    this.setMuted(this.muted.value);
  }

  #captureOf(context: BaseAudioContext): AudioWorkletNode {
    const known = this.#captures.get(context);
    if (known) return known;
    const worklet = new AudioWorkletNode(context, 'capture', {
      numberOfOutputs: 0,
      channelCount: 1,
      channelCountMode: 'explicit',
    });
    this.#captures.set(context, worklet);
    return worklet;
  }

  /** Releases the microphone, so that the browser no longer shows it as in use. */
  stopMicrophone(): void {
    this.#microphoneTurns += 1;
    this.capturing.value = false;
    this.#source?.disconnect();
    this.#source = undefined;
    if (this.#stream) stopTracks(this.#stream);
    this.#stream = undefined;
  }

  setMuted(muted: boolean): void {
    this.muted.value = muted;
    for (const track of this.#stream?.getTracks() ?? []) track.enabled = !muted;
  }

  setVolume(volume: number): void {
    this.volume.value = volume;
    if (this.#gain) this.#gain.gain.value = volume;
  }

  async #sourceOf(stream: MediaStream): Promise<MediaStreamAudioSourceNode> {
    const context = await this.#getContext();
    try {
      return context.createMediaStreamSource(stream);
    } catch {
      // Firefox cannot connect a microphone to a context of another rate.
      this.#nativeContext ??= this.#createNativeContext();
      return (await this.#nativeContext).createMediaStreamSource(stream);
    }
  }

  /** Creates a context at the native sample rate, for the microphone. */
  async #createNativeContext(): Promise<AudioContext> {
    const context = new AudioContext({ latencyHint: 'interactive' });
    await context.audioWorklet.addModule(captureUrl);
    void context.resume();
    return context;
  }

  #getContext(): Promise<AudioContext> {
    this.#context ??= this.#createContext();
    return this.#context;
  }

  async #createContext(): Promise<AudioContext> {
    const context = newContext();
    await Promise.all([
      context.audioWorklet.addModule(captureUrl),
      context.audioWorklet.addModule(playbackUrl),
    ]);
    const speaker = new AudioWorkletNode(context, 'playback', { numberOfInputs: 0, outputChannelCount: [1] });
    speaker.port.onmessage = () => {
      this.underruns.value += 1;
    };
    const { port1, port2 } = new MessageChannel();
    this.#link.attach('speaker', port1);
    speaker.port.postMessage(port2, [port2]);
    this.#gain = new GainNode(context, { gain: this.volume.value });
    speaker.connect(this.#gain).connect(context.destination);
    return context;
  }

  /** Lists the microphones. Browsers reveal their names only after permission was granted. */
  async #listDevices(): Promise<void> {
    const all = await navigator.mediaDevices.enumerateDevices();
    this.devices.value = all.filter(({ kind, deviceId }) => kind === 'audioinput' && deviceId !== '');
  }
}

function stopTracks(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}

/** Creates an 8 kHz context, or one at the native rate if the browser does not support 8 kHz. */
function newContext(): AudioContext {
  try {
    return new AudioContext({ sampleRate: SAMPLE_RATE, latencyHint: 'interactive' });
  } catch {
    return new AudioContext({ latencyHint: 'interactive' });
  }
}

import { type DtmfOptions as DtmfToneOptions, dtmf, encodeMulaw } from '@hookline/audio';

/**
 * A caller who presses keys that are heard as tones, in the audio. Genesys tells a bot of keys with messages
 * instead: see `call.sendDtmf`. This is for bots that listen.
 *
 * @throws AudioError `AUDIO_BAD_ARGUMENT` for a character that is no key
 */
export function dtmfToneCaller(digits: string, options: DtmfToneOptions = {}): Iterable<Uint8Array> {
  const tones = encodeMulaw(dtmf(digits, options));
  return tones.length === 0 ? [] : [tones];
}

import { type MediaParameter, PCMU_EXTERNAL } from '@hookline/protocol';

/** Returns the format of the bot's audio: that of the selected media, but with one channel, also if the caller sends two. */
export function botAudioOf({ format }: Pick<MediaParameter, 'format'>): MediaParameter {
  return { ...PCMU_EXTERNAL, format };
}

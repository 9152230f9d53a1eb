import { SAMPLES_PER_MS, sampleBytes } from '@hookline/audio';
import { MAX_BOT_BUFFER_MS } from '@hookline/protocol';
import { typeOf } from '../record/timeline.js';
import { type Evidence, pass, type Rule, violation } from './evidence.js';

/** Evaluates `pause` and `resume` of the bot. Messages before `opened` belong to the open transaction. */
export const pauseRule: Rule = ({ items }) => {
  const evidence: Evidence[] = [];
  for (const item of items) {
    const type = typeOf(item);
    if (type !== 'pause' && type !== 'resume') continue;
    // AC-PAUSE-3
    if (item.disconnected) {
      evidence.push(violation('AC-PAUSE-3', item.index, `\`${type}\` after \`disconnect\``));
    } else if (item.phase === 'open') evidence.push(pass('AC-PAUSE-3', item.index));
  }
  return evidence;
};

/** A larger lead of the bot's audio over its playout breaks AC-PLAY-5. In milliseconds. */
const LONG_LEAD_MS = 15_000;
/** Unplayed audio at `disconnect` up to this length is ignored, in milliseconds. */
const MAX_UNPLAYED_MS = 300;

/** Evaluates how far the bot's audio is ahead of its playout. */
export const playbackRule: Rule = ({ items, media }) => {
  const evidence: Evidence[] = [];
  // The audio of a bot has one channel, also if the caller sends two.
  const perMs = SAMPLES_PER_MS * sampleBytes(media.format);
  let playoutEndMs = 0;
  let reported = false;
  for (const item of items) {
    if (item.kind === 'audio' && (item.phase === 'open' || item.phase === 'closing')) {
      playoutEndMs = Math.max(playoutEndMs, item.t) + item.bytes.length / perMs;
      const leadMs = playoutEndMs - item.t;
      const lead = `${(leadMs / 1000).toFixed(0)} s of audio ahead of the playout`;
      if (leadMs > MAX_BOT_BUFFER_MS) evidence.push(violation('AC-PLAY-6', item.index, lead));
      else if (leadMs > LONG_LEAD_MS) {
        // AC-PLAY-5
        if (!reported) evidence.push(violation('AC-PLAY-5', item.index, lead));
        reported = true;
      } else evidence.push(pass('AC-PLAY-5', item.index), pass('AC-PLAY-6', item.index));
    }
    if (item.kind !== 'message') continue;
    const { message } = item;
    // AC-BARGE-2: the client discards its buffer.
    if (message.type === 'event' && message.parameters.entities.some(({ type }) => type === 'barge_in')) {
      playoutEndMs = item.t;
    }
    // AC-PLAY-4
    if (
      message.type === 'disconnect' &&
      message.parameters.reason === 'completed' &&
      playoutEndMs > 0 &&
      item.phase === 'open'
    ) {
      const unplayedMs = playoutEndMs - item.t;
      evidence.push(
        unplayedMs > MAX_UNPLAYED_MS
          ? violation(
              'AC-PLAY-4',
              item.index,
              `${(unplayedMs / 1000).toFixed(1)} s of audio had not been played: ${item.text}`,
            )
          : pass('AC-PLAY-4', item.index),
      );
    }
  }
  return evidence;
};

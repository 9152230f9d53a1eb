import { bytesPerMs, MAX_BOT_BUFFER_MS } from '@hookline/protocol';
import { typeOf } from '../record/timeline.js';
import { broken, type Evidence, held, type Rule } from './evidence.js';

/** `pause` and `resume` of the bot. What comes before `opened` is judged with the open transaction. */
export const pauseRule: Rule = ({ items }) => {
  const evidence: Evidence[] = [];
  for (const item of items) {
    const type = typeOf(item);
    if (type !== 'pause' && type !== 'resume') continue;
    // AC-PAUSE-3
    if (item.disconnected) {
      evidence.push(broken('AC-PAUSE-3', item.index, `\`${type}\` after \`disconnect\``));
    } else if (item.phase === 'open') evidence.push(held('AC-PAUSE-3', item.index));
  }
  return evidence;
};

/** Audio ahead of its play-out that is no streaming any more, in milliseconds. */
const LONG_LEAD_MS = 15_000;
/** Unplayed audio at `disconnect` that nobody misses, in milliseconds. */
const UNPLAYED_MS = 300;

/** How far the audio of the bot runs ahead of what the caller hears. */
export const playbackRule: Rule = ({ items, media }) => {
  const evidence: Evidence[] = [];
  const perMs = bytesPerMs(media);
  let playedAt = 0;
  let reported = false;
  for (const item of items) {
    if (item.kind === 'audio' && (item.phase === 'open' || item.phase === 'closing')) {
      playedAt = Math.max(playedAt, item.t) + item.bytes.length / perMs;
      const leadMs = playedAt - item.t;
      const ahead = `${(leadMs / 1000).toFixed(0)} s of audio ahead of what is heard`;
      if (leadMs > MAX_BOT_BUFFER_MS) evidence.push(broken('AC-PLAY-6', item.index, ahead));
      else if (leadMs > LONG_LEAD_MS) {
        // AC-PLAY-5
        if (!reported) evidence.push(broken('AC-PLAY-5', item.index, ahead));
        reported = true;
      } else evidence.push(held('AC-PLAY-5', item.index), held('AC-PLAY-6', item.index));
    }
    if (item.kind !== 'message') continue;
    const { message } = item;
    // AC-BARGE-2: the client forgets what it holds.
    if (message.type === 'event' && message.parameters.entities.some(({ type }) => type === 'barge_in')) {
      playedAt = item.t;
    }
    // AC-PLAY-4
    if (
      message.type === 'disconnect' &&
      message.parameters.reason === 'completed' &&
      playedAt > 0 &&
      item.phase === 'open'
    ) {
      const unplayed = playedAt - item.t;
      evidence.push(
        unplayed > UNPLAYED_MS
          ? broken(
              'AC-PLAY-4',
              item.index,
              `${(unplayed / 1000).toFixed(1)} s of audio were not heard yet: ${item.text}`,
            )
          : held('AC-PLAY-4', item.index),
      );
    }
  }
  return evidence;
};

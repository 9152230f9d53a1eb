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

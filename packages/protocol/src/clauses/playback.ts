import { area } from './clause.js';
import { sources } from './sources.js';

/** Playback of bot audio to the caller. */
export const playbackClauses = area([
  {
    id: 'AC-PLAY-1',
    level: 'MUST',
    sentence: 'The client sends `playback_started` when it begins to play bot audio after silence.',
    basis: 'sample',
    source: `${sources.sample.connector}: playback messages`,
    bound: 'client',
    effect: 'The bot does not know when the caller hears the prompt.',
    fix: 'Send it with the first sample of a playback.',
  },
  {
    id: 'AC-PLAY-2',
    level: 'MUST',
    sentence: 'The client sends `playback_completed` when it has no bot audio left.',
    basis: 'sample',
    source: `${sources.sample.connector}: playback messages`,
    bound: 'client',
    effect: 'A bot that waits for the end of its prompt waits forever.',
    fix: 'Send it when the buffer has run empty or was flushed.',
  },
  {
    id: 'AC-PLAY-3',
    level: 'MUST',
    sentence: 'Each `playback_started` is followed by exactly one `playback_completed`.',
    basis: 'assumed',
    source: sources.assumed.choice,
    bound: 'client',
    effect: 'A bot that counts its prompts gets a wrong number.',
    fix: 'Keep one flag, idle or playing, and send a message whenever it changes.',
  },
  {
    id: 'AC-PLAY-4',
    level: 'SHOULD',
    sentence: 'The server waits for `playback_completed` before it sends `disconnect`.',
    basis: 'third-party',
    source: sources['third-party'].live,
    bound: 'server',
    effect: 'The caller may not hear the end of the last prompt.',
    fix: 'Let the prompt finish, then send `disconnect`.',
    note: 'Whether Genesys Cloud plays the audio it has buffered when `disconnect` arrives is not known.',
  },
  {
    id: 'AC-PLAY-5',
    level: 'SHOULD',
    sentence: 'The server streams its audio at about the speed at which it is played.',
    basis: 'third-party',
    source: sources['third-party'].live,
    bound: 'server',
    effect:
      'Audio that arrives late is heard as gaps; audio sent far ahead accumulates unplayed, and barge-in discards more of it.',
    fix: 'Pace frames by the clock, well under a second ahead of playback.',
  },
  {
    id: 'AC-PLAY-6',
    level: 'SHOULD',
    sentence: 'The server leaves at most 10 min of its audio waiting at the client to be played.',
    basis: 'assumed',
    source: sources.assumed.choice,
    bound: 'server',
    effect: 'Hookline sends error 413 and closes; the bound of Genesys Cloud is not known.',
    fix: 'Pace long audio instead of sending it all at once.',
  },
]);

import { Type } from '@sinclair/typebox';
import { Duration } from '../duration.js';
import { clientMessage, serverMessage } from '../envelope.js';
import { titled } from '../primitives.js';

const Gap = Type.Object({
  start: titled(Duration, 'The position at which the gap began.'),
  discarded: titled(Duration, 'The length of the gap; PT0S when nothing was lost.'),
});

/** Asks the client to stop sending audio. May repeat. */
export const Pause = serverMessage('pause', Type.Object({}));

/** Ends the server's pause. May repeat. */
export const Resume = serverMessage('resume', Type.Object({}));

/** The client sends no audio from here on. */
export const Paused = clientMessage('paused', Type.Object({}));

/** Audio flows again: where the gap began and how long it was. */
export const Resumed = clientMessage('resumed', Gap);

/** A stretch of audio was dropped: where it began and how long it was. */
export const Discarded = clientMessage('discarded', Gap);

/** The caller begins to hear bot audio. */
export const PlaybackStarted = clientMessage('playback_started', Type.Object({}));

/** The client ran out of bot audio, or dropped what was left. */
export const PlaybackCompleted = clientMessage('playback_completed', Type.Object({}));

import { Type } from '@sinclair/typebox';
import { clientMessage, serverMessage } from '../envelope.js';
import { titled } from '../primitives.js';
import { Duration } from './duration.js';

const Gap = Type.Object({
  start: titled(Duration, 'The position at which the gap began.'),
  discarded: titled(Duration, 'The length of the gap; PT0S if nothing was lost.'),
});

/** Asks the client to stop sending audio. May repeat. */
export const Pause = serverMessage('pause', Type.Object({}));

/** Ends the server's pause. May repeat. */
export const Resume = serverMessage('resume', Type.Object({}));

/** The client stops sending audio. */
export const Paused = clientMessage('paused', Type.Object({}));

/** The client sends audio again, after a gap with this start and length. */
export const Resumed = clientMessage('resumed', Gap);

/** The client dropped audio, with this start and length. */
export const Discarded = clientMessage('discarded', Gap);

/** The client starts to play bot audio to the caller. */
export const PlaybackStarted = clientMessage('playback_started', Type.Object({}));

/** The client has played all bot audio, or discarded the rest. */
export const PlaybackCompleted = clientMessage('playback_completed', Type.Object({}));

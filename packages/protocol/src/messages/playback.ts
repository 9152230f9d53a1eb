import { Type } from '@sinclair/typebox';
import { clientMessage } from '../envelope.js';

/** The caller begins to hear bot audio. */
export const PlaybackStarted = clientMessage('playback_started', Type.Object({}));

/** The client ran out of bot audio, or dropped what was left. */
export const PlaybackCompleted = clientMessage('playback_completed', Type.Object({}));

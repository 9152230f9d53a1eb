import type { Static } from '@sinclair/typebox';
import {
  Discarded,
  Pause,
  Paused,
  PlaybackCompleted,
  PlaybackStarted,
  Resume,
  Resumed,
} from './audio-flow.js';
import { Close, Closed, Disconnect, Reconnect } from './close.js';
import { Dtmf } from './dtmf.js';
import { ErrorMessage } from './error.js';
import { Event } from './event.js';
import { Open, Opened, Update, Updated } from './open.js';
import { Ping, Pong } from './ping.js';

/** The schemas of the client messages by type. */
export const clientMessages = {
  open: Open,
  close: Close,
  ping: Ping,
  error: ErrorMessage,
  paused: Paused,
  resumed: Resumed,
  discarded: Discarded,
  update: Update,
  dtmf: Dtmf,
  playback_started: PlaybackStarted,
  playback_completed: PlaybackCompleted,
} as const;

/** The schemas of the server messages by type. */
export const serverMessages = {
  opened: Opened,
  closed: Closed,
  disconnect: Disconnect,
  event: Event,
  pong: Pong,
  pause: Pause,
  resume: Resume,
  reconnect: Reconnect,
  updated: Updated,
} as const;

export type ClientMessageType = keyof typeof clientMessages;
export type ServerMessageType = keyof typeof serverMessages;

/** The client message of type `T`. */
export type ClientMessageOf<T extends ClientMessageType> = Static<(typeof clientMessages)[T]>;
/** The server message of type `T`. */
export type ServerMessageOf<T extends ServerMessageType> = Static<(typeof serverMessages)[T]>;
/** Any client message. */
export type ClientMessage = { [T in ClientMessageType]: ClientMessageOf<T> }[ClientMessageType];
/** Any server message. */
export type ServerMessage = { [T in ServerMessageType]: ServerMessageOf<T> }[ServerMessageType];
/** The parameters of a client message. */
export type ClientParameters<T extends ClientMessageType> = ClientMessageOf<T>['parameters'];
/** The parameters of a server message. */
export type ServerParameters<T extends ServerMessageType> = ServerMessageOf<T>['parameters'];

import { Type } from '@sinclair/typebox';
import { clientMessage, serverMessage } from '../envelope.js';
import { Language } from '../language.js';
import { titled } from '../titled.js';

/** The language changed during the call. */
export const Update = clientMessage(
  'update',
  Type.Object({ language: Type.Optional(titled(Language, 'The new language.')) }),
);

/** Acknowledges an update; no client waits for it. */
export const Updated = serverMessage('updated', Type.Object({}));

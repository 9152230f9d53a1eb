import { brokenSignatures, lostConnections, malformed } from './attacks.js';
import { converse, failure, keys } from './conversation.js';
import { endings, twoCalls } from './endings.js';
import { handshake } from './handshake.js';
import { identity } from './identity.js';
import { bargeIn, whilePlaying } from './interruption.js';
import { openVariants } from './open-variants.js';
import { probe } from './probe.js';
import { refusals } from './refusals.js';
import type { Scenario } from './scenario.js';
import { signatureForms } from './signature-forms.js';
import { frames, hold, messages } from './tolerance.js';

/** All scenarios, in the order in which their findings are reported. The others run only if the first opens a call. */
export const SCENARIOS: readonly Scenario[] = [
  handshake,
  signatureForms,
  refusals,
  converse,
  keys,
  failure,
  bargeIn,
  whilePlaying,
  probe,
  openVariants,
  messages,
  hold,
  frames,
  endings,
  twoCalls,
  identity,
  // A lost connection that breaks the bot also breaks it after a malformed frame; this order reports the cause first.
  lostConnections,
  malformed,
  brokenSignatures,
];

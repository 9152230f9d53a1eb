import { protocolError } from '../error.js';
import { audioClauses } from './audio.js';
import { authenticationClauses } from './authentication.js';
import { bargeInClauses } from './barge-in.js';
import type { Clause } from './clause.js';
import { closeClauses } from './close.js';
import { connectionClauses } from './connection.js';
import { disconnectClauses } from './disconnect.js';
import { dtmfClauses } from './dtmf.js';
import { durationClauses } from './duration.js';
import { errorClauses } from './error.js';
import { eventClauses } from './event.js';
import { mediaClauses } from './media.js';
import { messageClauses } from './message.js';
import { openClauses } from './open.js';
import { outputClauses } from './output.js';
import { pauseClauses } from './pause.js';
import { pingClauses } from './ping.js';
import { playbackClauses } from './playback.js';
import { probeClauses } from './probe.js';
import { rateClauses } from './rate.js';
import { signatureClauses } from './signature.js';
import { timeClauses } from './time.js';
import { updateClauses } from './update.js';
import { variableClauses } from './variable.js';

const manifest = [
  ...connectionClauses,
  ...authenticationClauses,
  ...signatureClauses,
  ...messageClauses,
  ...durationClauses,
  ...openClauses,
  ...mediaClauses,
  ...audioClauses,
  ...pauseClauses,
  ...playbackClauses,
  ...bargeInClauses,
  ...eventClauses,
  ...dtmfClauses,
  ...updateClauses,
  ...pingClauses,
  ...errorClauses,
  ...disconnectClauses,
  ...closeClauses,
  ...outputClauses,
  ...variableClauses,
  ...probeClauses,
  ...rateClauses,
  ...timeClauses,
];

/** The id of a clause, such as `AC-OPEN-3`. */
export type ClauseId = (typeof manifest)[number]['id'];

/** All rules of the protocol, grouped by area in the order in which they apply to a call. */
export const clauses: readonly Clause<ClauseId>[] = manifest;

/**
 * Returns the clause with an id.
 *
 * @throws HooklineError `CLAUSE_UNKNOWN` when no clause has this id; the type rules it out for ids known at compile time
 */
export function clause(id: ClauseId): Clause<ClauseId> {
  const found = clauses.find((candidate) => candidate.id === id);
  if (found === undefined) {
    throw protocolError(
      'CLAUSE_UNKNOWN',
      `clause(): no clause has the id ${JSON.stringify(id)}; expected one of the ids in \`clauses\`, such as AC-OPEN-3`,
    );
  }
  return found;
}

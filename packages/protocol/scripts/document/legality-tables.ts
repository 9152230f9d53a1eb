import {
  CLIENT_LEGALITY,
  CLIENT_STATES,
  SERVER_LEGALITY,
  SERVER_STATES,
  type Verdict,
} from '../../src/legality.js';
import { table } from './table.js';

/** What a side does with each input in each of its states. */
export function legalityTable(side: 'client' | 'server'): string {
  return side === 'client' ? matrix(CLIENT_STATES, CLIENT_LEGALITY) : matrix(SERVER_STATES, SERVER_LEGALITY);
}

function matrix<State extends string>(
  states: readonly State[],
  legality: Readonly<Record<string, Readonly<Record<State, Verdict>>>>,
): string {
  const rows = Object.entries(legality).map(([input, row]) => [
    input === 'audio' || input === 'unknown' ? `*${input}*` : `\`${input}\``,
    ...states.map((state) => words(row[state])),
  ]);
  return table(['', ...states], rows);
}

function words(verdict: Verdict): string {
  switch (verdict.action) {
    case 'accept':
      return 'yes';
    case 'ignore':
      return `ignored (${verdict.clause})`;
    case 'refuse':
      return `**${verdict.code}**${verdict.fatal ? '' : ', goes on'} (${verdict.clause})`;
  }
}

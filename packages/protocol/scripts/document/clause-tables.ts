import { type Clause, type ClauseBasis, type ClauseId, clauses } from '../../src/clauses/index.js';
import { alignedTable, table } from './table.js';

interface BasisWords {
  /** What the basis means. */
  readonly means: string;
  /** How a conformance check treats a violation. */
  readonly breach: string;
  /** Well-known rules of this basis, in a few words each. */
  readonly examples: Readonly<Partial<Record<ClauseId, string>>>;
}

const BASES: Readonly<Record<ClauseBasis, BasisWords>> = {
  platform: {
    means: 'an official page, published bytes or observed behaviour of the live service',
    breach: 'fails; a SHOULD warns',
    examples: {
      'AC-SIG-1': 'what the signature covers',
      'AC-MSG-6': 'sequence numbers without a gap',
      'AC-CONN-2': 'one `/` between base URI and Connector ID',
      'AC-RATE-2': '5 binary frames per second with bursts of 25',
    },
  },
  sample: {
    means: "Genesys's published sample code: a test client and two sample servers",
    breach: 'warns',
    examples: {
      'AC-OPEN-3': '`opened` within 5 s',
      'AC-PING-2': 'the `clientseq` of `pong`',
      'AC-AUDIO-4': 'binary frames of at most 64,000 bytes',
    },
  },
  'third-party': {
    means: 'independent implementations that run against Genesys Cloud',
    breach: 'warns',
    examples: {
      'AC-CONN-5': 'no subprotocol',
      'AC-PROBE-4': 'the probe at the base URI',
      'AC-TIME-6': '15 min for a call',
    },
  },
  assumed: {
    means: 'a choice of Hookline, because no source says anything; an option where it matters',
    breach: 'notes it',
    examples: {
      'AC-OPEN-5': '`startPaused` always sent',
      'AC-MEDIA-6': 'little-endian L16',
      'AC-PLAY-6': '10 min of unplayed audio',
    },
  },
};

/** The number of rules of each basis, and how a conformance check treats a violation. */
export function basisTable(): string {
  return table(
    ['basis', 'rules', 'source', 'on a breach, a conformance check'],
    Object.entries(BASES).map(([basis, { means, breach }]) => [`\`${basis}\``, count(basis), means, breach]),
  );
}

/** The same for new readers, with examples. @throws Error for an example with a different basis */
export function basisExamples(): string {
  return alignedTable(
    ['basis', 'rules', 'what it rests on', 'for example'],
    Object.entries(BASES).map(([basis, { means, examples }]) => {
      const misfiled = clauses.filter(({ id, basis: known }) => id in examples && known !== basis);
      if (misfiled.length > 0)
        throw new Error(`document: ${misfiled.map(({ id }) => id).join(', ')} is no example of ${basis}`);
      return [`\`${basis}\``, count(basis), means, Object.values(examples).join(', ')];
    }),
  );
}

function count(basis: string): string {
  return String(clauses.filter((clause) => clause.basis === basis).length);
}

/** Every rule, area by area. */
export function clauseTables(): string {
  const areas = new Map<string, Clause[]>();
  for (const clause of clauses) {
    const area = clause.id.split('-')[1] ?? '';
    areas.set(area, [...(areas.get(area) ?? []), clause]);
  }
  return [...areas]
    .map(
      ([area, rules]) =>
        `### ${area}\n\n${table(['id', 'rule', 'binds', 'basis', 'source'], rules.map(row))}`,
    )
    .join('\n\n');
}

function row({ id, level, sentence, bound, basis, source, note }: Clause): string[] {
  const evidence = note === undefined ? source : `${source}. ${note}`;
  return [id, `${level}. ${sentence}`, bound, basis, evidence];
}

import { clauses } from '../src/clauses/index.js';

const ABOUT =
  'Every rule by its id: whom it binds, what it rests on (`basis`), what breaking it does, and how to keep it. A vector that is refused names the rule in `clause`; only a breach of a rule whose basis is `platform` is a failure, `sample` and `third-party` are warnings, `assumed` a note.';

/** The clauses as language-independent data, one rule per line. */
export function clauseFile(): string {
  const rules = clauses.map(({ id, ...rest }) => `    ${JSON.stringify(id)}: ${JSON.stringify(rest)}`);
  return `{\n  "about": ${JSON.stringify(ABOUT)},\n  "version": 1,\n  "clauses": {\n${rules.join(',\n')}\n  }\n}\n`;
}

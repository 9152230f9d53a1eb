/** Characters of a name that are shown. */
const SHOWN_CHARS = 40;

/**
 * What is wrong with an object of options that came from code without types, as the text of an error: the first name
 * that is not known, and the one that was probably meant. Undefined when every name is known, and for what is no
 * plain object, whose other faults are found where its fields are read. Reads no field, and never throws.
 *
 * @param where - what the options belong to, put before the name: `'createBot: '`, `'createBot: timers: '`
 * @param known - the names that are known
 */
export function unknownOption(where: string, options: unknown, known: readonly string[]): string | undefined {
  const name = namesOf(options).find((given) => !known.includes(given));
  if (name === undefined) return undefined;
  const meant = closestName(name, known);
  const cure = meant === undefined ? `the options are ${known.join(', ')}` : `did you mean \`${meant}\`?`;
  const shown = name.length > SHOWN_CHARS ? `${name.slice(0, SHOWN_CHARS)}…` : name;
  return `${where}unknown option \`${shown}\`; ${cure}`;
}

/** The name that differs least from `name`, or undefined when none is near: more than two characters and a third of it would change. */
export function closestName(name: string, known: readonly string[]): string | undefined {
  const typed = name.slice(0, SHOWN_CHARS).toLowerCase();
  let best: string | undefined;
  let leastEdits = Number.POSITIVE_INFINITY;
  for (const candidate of known) {
    const edits = editsBetween(typed, candidate.toLowerCase());
    if (edits < leastEdits && edits <= mostEdits(candidate)) {
      best = candidate;
      leastEdits = edits;
    }
  }
  return best;
}

function namesOf(options: unknown): string[] {
  if (typeof options !== 'object' || options === null) return [];
  try {
    return Object.keys(options);
  } catch {
    // A proxy may refuse to be looked at.
    return [];
  }
}

/** Two characters that changed places are two edits. */
function mostEdits(name: string): number {
  return Math.max(name.length < 4 ? 1 : 2, name.length / 3);
}

/** The Levenshtein distance: how many characters to insert, delete or replace. */
function editsBetween(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}

import { closestName } from './closest-name.js';

/** Characters of a name that are shown. */
const SHOWN_CHARS = 40;

/**
 * The error text for an object of options from code without types: the first name
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

function namesOf(options: unknown): string[] {
  if (typeof options !== 'object' || options === null) return [];
  try {
    return Object.keys(options);
  } catch {
    // A proxy may refuse to be looked at.
    return [];
  }
}

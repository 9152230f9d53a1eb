/** What becomes of the outputs that a bot returned. */
export interface AssignedOutputs {
  /** Assigned to the flow's variables. */
  readonly outputs: Readonly<Record<string, string>>;
  /** Declared by the action, not returned. */
  readonly missing: readonly string[];
  /** Returned, not declared by the action. */
  readonly undeclared: readonly string[];
  /** Returned and not assigned. */
  readonly discarded: Readonly<Record<string, string>>;
}

/** Outputs as text: the wire should carry strings, and what is none is printed and named. (DECISIONS.md #26) */
export function printOutputs(returned: Readonly<Record<string, unknown>>): {
  readonly values: ReadonlyMap<string, string>;
  readonly notStrings: readonly string[];
} {
  const values = new Map<string, string>();
  const notStrings: string[] = [];
  for (const [name, value] of Object.entries(returned)) {
    if (typeof value !== 'string') notStrings.push(name);
    values.set(name, typeof value === 'string' ? value : print(value));
  }
  return { values, notStrings };
}

/**
 * Assigns what a bot returned to what the action declares. Names are compared with case. (AC-OUT-6, AC-OUT-7)
 *
 * @param declared - the names that the flow has variables for, or all that come
 */
export function assignOutputs(
  declared: readonly string[] | 'all',
  values: ReadonlyMap<string, string>,
): AssignedOutputs {
  const isDeclared = (name: string) => declared === 'all' || declared.includes(name);
  const assigned = [...values].filter(([name]) => isDeclared(name));
  const others = [...values].filter(([name]) => !isDeclared(name));
  return {
    // fromEntries defines own properties, so that __proto__ is a name like any other.
    outputs: Object.fromEntries(assigned),
    missing: declared === 'all' ? [] : declared.filter((name) => !values.has(name)),
    undeclared: others.map(([name]) => name),
    discarded: Object.fromEntries(others),
  };
}

function print(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    // Nested deeper than the stack goes, for String as well.
    return Array.isArray(value) ? '[nested too deeply to be shown]' : '{nested too deeply to be shown}';
  }
}

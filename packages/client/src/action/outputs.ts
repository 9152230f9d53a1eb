/** The assignment of a bot's outputs. */
export interface AssignedOutputs {
  /** Assigned to the flow's variables. */
  readonly outputs: Readonly<Record<string, string>>;
  /** Declared by the action but not returned. */
  readonly missing: readonly string[];
  /** Returned but not declared by the action. */
  readonly undeclared: readonly string[];
  /** Returned but not assigned. */
  readonly discarded: Readonly<Record<string, string>>;
}

/** Outputs as text: outputs should be strings; others are converted and listed. (DECISIONS.md #26) */
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
 * Assigns the returned outputs to the declared ones. Names are case-sensitive. (AC-OUT-6, AC-OUT-7)
 *
 * @param declared - the names that the flow has variables for, or `all`
 */
export function assignOutputs(
  declared: readonly string[] | 'all',
  values: ReadonlyMap<string, string>,
): AssignedOutputs {
  const isDeclared = (name: string) => declared === 'all' || declared.includes(name);
  const assigned = [...values].filter(([name]) => isDeclared(name));
  const others = [...values].filter(([name]) => !isDeclared(name));
  return {
    // fromEntries defines own properties, so that __proto__ is an ordinary name.
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
    // Nested deeper than the stack allows, for String as well.
    return Array.isArray(value) ? '[nested too deeply to be shown]' : '{nested too deeply to be shown}';
  }
}

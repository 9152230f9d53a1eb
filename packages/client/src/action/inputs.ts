import { argumentError, argumentErrorSaying } from '../argument-error.js';
import { refuseHiddenContent } from '../hidden-content.js';
import { evaluate } from './expression.js';
import type { Inputs } from './options.js';

/** The action's inputs, ready for the wire. */
export interface EvaluatedInputs {
  /** The inputs by name; undefined if there are none. */
  readonly variables: Record<string, string> | undefined;
  /** Warnings about names and values. */
  readonly ownWarnings: readonly string[];
  /** Why a value could not be evaluated. */
  readonly problem?: string;
}

/**
 * Evaluates the inputs in order. If two have the same name, the last one counts, since the wire carries a map.
 *
 * @throws HooklineError `CLIENT_BAD_ARGUMENT` naming the input
 */
export function evaluateInputs(inputs: Inputs = []): EvaluatedInputs {
  const values = new Map<string, string>();
  const ownWarnings: string[] = [];
  for (const [name, expression] of pairs(inputs)) {
    if (typeof name !== 'string') throw argumentError('inputs', name, 'names that are strings');
    if (name === '') throw argumentErrorSaying('inputs', 'a name is empty; expected the name of a variable');
    const evaluated = evaluate(`inputs.${name}`, expression);
    if ('problem' in evaluated) return { variables: undefined, ownWarnings, problem: evaluated.problem };
    ownWarnings.push(...deviations(name, values.has(name)));
    values.set(name, evaluated.text);
  }
  return { variables: values.size === 0 ? undefined : Object.fromEntries(values), ownWarnings };
}

function pairs(inputs: Inputs): Iterable<readonly [unknown, string | (() => unknown)]> {
  if (Array.isArray(inputs)) {
    for (const pair of inputs) {
      if (!Array.isArray(pair) || pair.length !== 2)
        throw argumentError('inputs', pair, '[name, value] pairs');
    }
    return inputs;
  }
  if (typeof inputs !== 'object' || inputs === null) {
    throw argumentError('inputs', inputs, 'an object of names and values, or [name, value] pairs');
  }
  refuseHiddenContent(inputs, 'inputs');
  return Object.entries(inputs);
}

function deviations(name: string, isRepeated: boolean): string[] {
  const shown = JSON.stringify(name);
  return [
    ...(isRepeated ? [`the input ${shown} is specified twice; the last value is sent`] : []),
    ...(name !== name.trim()
      ? [`the input name ${shown} starts or ends with a space, which is sent unchanged`]
      : []),
  ];
}

import { validator } from '@hookline/protocol';
import { serverError } from '../error.js';

/** A TypeBox schema. */
export type VariableSchema = Parameters<typeof validator>[0];

/** What a bot expects of the action and gives back to it. */
export interface VariableSchemas<
  Inputs extends VariableSchema | undefined = VariableSchema | undefined,
  Outputs extends VariableSchema | undefined = VariableSchema | undefined,
> {
  /** The input variables, an object of strings. Inputs that do not fit fail the call, naming the variable. */
  readonly inputs?: Inputs;
  /** The output variables, an object of strings. */
  readonly outputs?: Outputs;
}

type StringVariables = Readonly<Record<string, string>>;

/** The type of a call's inputs. */
export type InputsOf<Schema extends VariableSchema | undefined> = Schema extends VariableSchema
  ? Schema['static']
  : StringVariables;

/** The type of a call's outputs: strings, as Architect takes them. */
export type OutputsOf<Schema extends VariableSchema | undefined> = Schema extends VariableSchema
  ? Schema['static'] extends { readonly [name: string]: string | undefined }
    ? Schema['static']
    : never
  : StringVariables;

/** A variable that does not fit its schema. */
export interface VariableFault {
  readonly name: string;
  /** Its value, cut short: for who sent it, not for a log. */
  readonly got: string;
  readonly expected: string;
}

/** Checks variables. Returns the first that does not fit, or undefined. */
export type VariableCheck = (variables: StringVariables) => VariableFault | undefined;

/**
 * Makes a check of a schema.
 *
 * @param kind - what the variables are called in what the check says
 * @throws HooklineError `SERVER_BAD_OPTION` for a schema that is no object's
 */
export function variableCheck(
  kind: 'input' | 'output',
  schema: VariableSchema | undefined,
): VariableCheck | undefined {
  if (schema === undefined) return undefined;
  if (schema['type'] !== 'object') {
    throw serverError(
      'SERVER_BAD_OPTION',
      `${kind}s: expected a TypeBox schema of an object, such as Type.Object({ … }).`,
    );
  }
  const { check, explain } = validator(schema);
  return (variables) => {
    if (check(variables)) return undefined;
    const { path, got, expected } = explain(variables);
    return { name: nameOf(path), got, expected };
  };
}

/** The variable of a JSON pointer. */
function nameOf(pointer: string): string {
  return pointer.slice(1).replaceAll('~1', '/').replaceAll('~0', '~');
}

import { describe, validator } from '@hookline/protocol';
import { serverError } from '../error.js';
import {
  isStandardSchema,
  type StandardSchema,
  validateOneStandard,
  validateStandard,
} from './standard-schema.js';

type TypeBoxSchema = Parameters<typeof validator>[0];

/** A schema of TypeBox, or of any library that implements Standard Schema, such as Zod, Valibot or ArkType. */
export type VariableSchema = TypeBoxSchema | StandardSchema;

type StandardTypes<Schema extends StandardSchema> = NonNullable<Schema['~standard']['types']>;

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

// `undefined` is asked for first: without strictNullChecks it is a schema as well.
/** The type of a call's inputs: what the schema makes of them. */
export type InputsOf<Schema extends VariableSchema | undefined> = Schema extends undefined
  ? StringVariables
  : Schema extends StandardSchema
    ? StandardTypes<Schema>['output']
    : Schema extends TypeBoxSchema
      ? Schema['static']
      : StringVariables;

/** The type of what a bot returns: what the schema takes. What it makes of that must be strings, as Architect takes them. */
export type OutputsOf<Schema extends VariableSchema | undefined> = Schema extends undefined
  ? StringVariables
  : Schema extends StandardSchema
    ? StandardTypes<Schema>['input']
    : Schema extends TypeBoxSchema
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
  /** The same for a log, where `expected` may quote a value. */
  readonly logged?: string;
}

/** What a schema made of variables, or the first that does not fit. */
export type CheckedVariables = { readonly value: unknown } | { readonly fault: VariableFault };

/** Checks variables against a schema. */
export interface VariableCheck {
  /** Whether the schema may change what it is given: then it comes before any other check. */
  readonly changes: boolean;
  check(variables: Readonly<Record<string, unknown>>): CheckedVariables;
  /** What is wrong with one variable, beside others that may be incomplete. A name that is not declared is. */
  checkOne(name: string, value: string, others: Readonly<Record<string, string>>): VariableFault | undefined;
}

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
  if (isStandardSchema(schema)) {
    if (schema['~standard'].version !== 1) {
      throw serverError('SERVER_BAD_OPTION', `${kind}s: expected version 1 of Standard Schema.`);
    }
    return {
      changes: true,
      check: (variables) => validateStandard(schema, variables),
      checkOne: (name, value, others) => validateOneStandard(schema, name, value, others),
    };
  }
  if (schema['type'] !== 'object') {
    throw serverError(
      'SERVER_BAD_OPTION',
      `${kind}s: expected a TypeBox schema of an object, such as Type.Object({ … }), or a Standard Schema.`,
    );
  }
  const { check, explain } = validator(schema);
  return {
    changes: false,
    check(variables) {
      if (check(variables)) return { value: variables };
      const { path, got, expected } = explain(variables);
      return { fault: { name: nameOf(path), got, expected } };
    },
    checkOne(name, value) {
      const declared = declaredIn(schema, name);
      if (declared === 'anything') return undefined;
      if (declared === undefined) return { name, got: describe(value), expected: 'a name that is declared' };
      const one = validator(declared);
      if (one.check(value)) return undefined;
      const { got, expected } = one.explain(value);
      return { name, got, expected };
    },
  };
}

/** What a schema of an object says of a member; undefined where it names it nowhere. */
function declaredIn(schema: TypeBoxSchema, name: string): TypeBoxSchema | 'anything' | undefined {
  const { properties, patternProperties, additionalProperties } = schema;
  if (isObject(properties) && Object.hasOwn(properties, name)) return schemaOf(properties[name]);
  const patterns = isObject(patternProperties) ? patternProperties : {};
  const pattern = Object.keys(patterns).find((source) => new RegExp(source, 'u').test(name));
  if (pattern !== undefined) return schemaOf(patterns[pattern]);
  if (additionalProperties === undefined || additionalProperties === false) {
    // One that is put together of others declares its members there.
    return isObject(properties) || isObject(patternProperties) ? undefined : 'anything';
  }
  return schemaOf(additionalProperties);
}

function schemaOf(value: unknown): TypeBoxSchema | 'anything' {
  return isSchema(value) ? value : 'anything';
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function isSchema(value: unknown): value is TypeBoxSchema {
  return isObject(value);
}

/** The variable of a JSON pointer. */
function nameOf(pointer: string): string {
  return pointer.slice(1).replaceAll('~1', '/').replaceAll('~0', '~');
}

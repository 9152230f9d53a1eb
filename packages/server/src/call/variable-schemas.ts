import { describe, validator } from '@hookline/protocol';
import { describeValue } from '@hookline/runtime';
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

/** The schemas of the input and output variables. */
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

// `undefined` is checked first: without strictNullChecks it would match a schema as well.
/** The type of the inputs: the output type of the schema. */
export type InputsOf<Schema extends VariableSchema | undefined> = Schema extends undefined
  ? StringVariables
  : Schema extends StandardSchema
    ? StandardTypes<Schema>['output']
    : Schema extends TypeBoxSchema
      ? Schema['static']
      : StringVariables;

/**
 * The type of the outputs that a bot returns: the input type of the schema. The schema must return strings, because
 * Architect accepts only strings: for one that does not, a bot cannot return anything.
 */
export type OutputsOf<Schema extends VariableSchema | undefined> = Schema extends undefined
  ? StringVariables
  : Schema extends StandardSchema
    ? IfStrings<StandardTypes<Schema>['output'], StandardTypes<Schema>['input']>
    : Schema extends TypeBoxSchema
      ? IfStrings<Schema['static'], Schema['static']>
      : StringVariables;

/** `Given` if the values of `Sent` are strings. Mapped, because an interface has no index signature. */
type IfStrings<Sent, Given> = unknown extends Sent
  ? Given
  : [{ [Name in keyof Sent]: Sent[Name] }] extends [{ readonly [name: string]: string | undefined }]
    ? Given
    : never;

/** A variable that does not fit its schema. */
export interface VariableFault {
  /** Undefined if it concerns all variables together. */
  readonly name: string | undefined;
  /** Its value, truncated; for the sender, not for a log. */
  readonly got: string;
  readonly expected: string;
  /** Replaces `expected` in a log if `expected` may quote a value. */
  readonly logged?: string;
}

/** The validated variables, or the first fault. */
export type CheckedVariables = { readonly value: unknown } | { readonly fault: VariableFault };

/** Checks variables against a schema. */
export interface VariableCheck {
  /** Whether the schema may transform the variables; it then runs before any other check. */
  readonly changes: boolean;
  check(variables: Readonly<Record<string, unknown>>): CheckedVariables;
  /** Returns the fault of one variable, if any, while others may be missing. An undeclared name is a fault. */
  checkOne(name: string, value: string, others: Readonly<Record<string, string>>): VariableFault | undefined;
}

/**
 * Creates a check from a schema.
 *
 * @param field - the option with the schema, for messages
 * @throws HooklineError `SERVER_BAD_OPTION` if it is not a schema of an object
 */
export function variableCheck(field: string, schema: VariableSchema | undefined): VariableCheck | undefined {
  if (schema === undefined) return undefined;
  if (isStandardSchema(schema)) {
    if (schema['~standard'].version !== 1) {
      throw serverError(
        'SERVER_BAD_OPTION',
        `${field} is a schema of version ${String(schema['~standard'].version)} of Standard Schema; expected version 1.`,
      );
    }
    return {
      changes: true,
      check: (variables) => validateStandard(schema, variables),
      checkOne: (name, value, others) => validateOneStandard(schema, name, value, others),
    };
  }
  if (!isSchema(schema) || schema['type'] !== 'object') {
    throw serverError(
      'SERVER_BAD_OPTION',
      `${field} is ${describeSchema(schema)}; expected a TypeBox schema of an object, such as Type.Object({ … }), or a Standard Schema.`,
    );
  }
  checkKinds(field, schema);
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
      if (declared === undefined) return { name, got: describe(value), expected: 'a declared name' };
      const one = validator(declared);
      if (one.check(value)) return undefined;
      const { got, expected } = one.explain(value);
      return { name, got, expected };
    },
  };
}

function describeSchema(value: unknown): string {
  const type = isObject(value) ? value['type'] : undefined;
  return typeof type === 'string' ? `a schema of type ${describe(type)}` : describeValue(value);
}

/** What every schema of TypeBox has as a key. Without it the first call would fail, with `Unknown type`. */
const KIND = Symbol.for('TypeBox.Kind');

/** @throws HooklineError `SERVER_BAD_OPTION` if the schema, or one of its properties, is not one of TypeBox 0.x */
function checkKinds(field: string, schema: TypeBoxSchema): void {
  const { properties } = schema;
  const parts = Object.entries(isObject(properties) ? properties : {});
  const [name, part] = [['', schema], ...parts].find(([, one]) => isObject(one) && !(KIND in one)) ?? [];
  if (part === undefined) return;
  const where = name === '' ? field : `${field}: the property ${describe(name)}`;
  throw serverError(
    'SERVER_BAD_OPTION',
    `${where} is not a schema of @sinclair/typebox: it is plain JSON Schema, or made by another version of TypeBox, such as the package typebox. Make it with Type of @sinclair/typebox 0.34, or pass a Standard Schema, such as one of Zod.`,
  );
}

/** Returns the schema of a property; undefined if the object schema does not declare it. */
function declaredIn(schema: TypeBoxSchema, name: string): TypeBoxSchema | 'anything' | undefined {
  const { properties, patternProperties, additionalProperties } = schema;
  if (isObject(properties) && Object.hasOwn(properties, name)) return schemaOf(properties[name]);
  const patterns = isObject(patternProperties) ? patternProperties : {};
  const pattern = Object.keys(patterns).find((source) => new RegExp(source, 'u').test(name));
  if (pattern !== undefined) return schemaOf(patterns[pattern]);
  if (additionalProperties === undefined || additionalProperties === false) {
    // A composed schema declares its properties in its parts.
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

/** The name of the variable that a JSON pointer refers to; undefined for all of them. */
function nameOf(pointer: string): string | undefined {
  return pointer === '' ? undefined : pointer.slice(1).replaceAll('~1', '/').replaceAll('~0', '~');
}

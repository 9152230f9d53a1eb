import type { Call, Outputs } from '@hookline/server';
import type { RealtimeSession } from '../session.js';

/** The part of the Standard Schema interface that is used here (standardschema.dev). */
export interface StandardSchema<Output = unknown> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => StandardResult<Output> | Promise<StandardResult<Output>>;
    readonly types?: { readonly input: unknown; readonly output: Output } | undefined;
    readonly jsonSchema?: {
      readonly input: (options: { readonly target: string }) => Record<string, unknown>;
    };
  };
}

type StandardResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | {
      readonly issues: readonly {
        readonly message: string;
        readonly path?: readonly unknown[] | undefined;
      }[];
    };

/** A JSON Schema of an object; a TypeBox schema is one. */
export type JsonSchema = { readonly type: 'object' } & Readonly<Record<string, unknown>>;

/** What the arguments of a tool have to be. */
export type ToolParameters = JsonSchema | StandardSchema;

/** The type of the arguments that a schema describes. */
export type ArgumentsOf<Parameters> =
  Parameters extends StandardSchema<infer Output>
    ? Output
    : Parameters extends { readonly static: infer Static }
      ? Static
      : Readonly<Record<string, unknown>>;

/** The outputs that a call collects for the flow. */
export interface OutputsBag {
  /**
   * @throws HooklineError `SERVER_BAD_OUTPUT` for a value that is no string, and for what `outputs` of `createBot` do not
   *   declare: another name, or a value that does not fit
   */
  set(name: string, value: string): void;
  get(name: string): string | undefined;
  /** All of them, as they stand. */
  all(): Outputs;
}

/** What a tool runs with. */
export interface ToolContext {
  /** Its `inputs` are as the handler has them. */
  readonly call: Call<unknown>;
  readonly session: RealtimeSession;
  readonly outputs: OutputsBag;
  /** Aborts when the call ends, the tool takes too long, or the service takes the request back. */
  readonly signal: AbortSignal;
  /** The service's id of this request. */
  readonly callId: string;
}

/** Something that the model can do. */
export interface Tool<A = unknown, R = unknown> {
  /** For the model: what it does and when to use it. */
  readonly description: string;
  /** TypeBox, JSON Schema or a Standard Schema; default: no arguments. Arguments that do not fit are told to the model. */
  readonly parameters?: ToolParameters;
  /** The JSON Schema for the model, where `parameters` is a Standard Schema that cannot give its own. */
  readonly schema?: JsonSchema;
  /** What it returns is told to the model as JSON. What it throws is logged; the model is told that the tool failed. */
  run(args: A, context: ToolContext): R | Promise<R>;
  /**
   * `after` (default): the model speaks when the result is there. `none`: the result starts no reply. `later`: the model
   * goes on at once and is told the result as context.
   */
  readonly reply?: 'after' | 'none' | 'later';
  /** Whether the caller's speech aborts it; default false. */
  readonly interruptible?: boolean;
}

/** A tool whose arguments have the type that its schema describes. */
export function tool<const P extends ToolParameters, R>(
  definition: Omit<Tool<ArgumentsOf<P>, R>, 'parameters'> & { readonly parameters: P },
): Tool<ArgumentsOf<P>, R> {
  return definition;
}

import type { Call, Outputs } from '@hookline/server';
import type { RealtimeSession } from '../session.js';
import { checkTool } from './tool-check.js';

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

/** The schema of a tool's arguments. */
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
   * @throws HooklineError `SERVER_BAD_OUTPUT` for a value that is not a string, or that does not match the `outputs` of
   *   `createBot`: an undeclared name, or an invalid value
   */
  set(name: string, value: string): void;
  get(name: string): string | undefined;
  /** All outputs set so far. */
  all(): Outputs;
}

/** The context of a tool run. */
export interface ToolContext {
  /** The call; its `inputs` are the same as in the handler. */
  readonly call: Call<unknown>;
  readonly session: RealtimeSession;
  readonly outputs: OutputsBag;
  /** Aborts when the call ends, the tool takes too long, or the service cancels the request. */
  readonly signal: AbortSignal;
  /** The service's id of this request. */
  readonly callId: string;
}

/** A tool that the model can use. */
export interface Tool<A = unknown, R = unknown> {
  /** Description for the model: what the tool does and when to use it. */
  readonly description: string;
  /** TypeBox, JSON Schema or a Standard Schema; default: no arguments. The model is told about invalid arguments. */
  readonly parameters?: ToolParameters;
  /** The JSON Schema for the model, if `parameters` is a Standard Schema that cannot be converted to one. */
  readonly schema?: JsonSchema;
  /** The model gets the returned value as JSON. If it throws, or JSON cannot represent the value, the error is logged and the model gets a generic error. */
  run(args: A, context: ToolContext): R | Promise<R>;
  /**
   * `after` (default): the model replies once it has the result. `none`: the result starts no reply. `later`: the model
   * continues at once and gets the result as context.
   */
  readonly reply?: 'after' | 'none' | 'later';
  /** Whether caller speech aborts the tool; default false. */
  readonly interruptible?: boolean;
}

/**
 * Defines a tool whose arguments are typed by its schema.
 *
 * @throws HooklineError `REALTIME_BAD_TOOL` naming the field
 */
export function tool<const P extends ToolParameters, R>(
  definition: Omit<Tool<ArgumentsOf<P>, R>, 'parameters'> & { readonly parameters: P },
): Tool<ArgumentsOf<P>, R> {
  checkTool('tool', definition);
  return definition;
}

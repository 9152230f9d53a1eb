import { checkArgument } from '@hookline/runtime';
import { RealtimeError } from '../error.js';
import type { Tool } from './tool.js';

/** Options of `endCall`. */
export interface EndCallOptions {
  /** Description for the model; by default it says that the tool ends the call. */
  readonly description?: string;
  /** Output variables for the model to fill in: name to description. Default none. */
  readonly outputs?: Readonly<Record<string, string>>;
}

/** Returns a tool that ends the call: the last reply plays to the end, other tools finish, then the flow continues. */
export function endCall(options: EndCallOptions = {}): Tool<Record<string, string>, void> {
  checkArgument('REALTIME_BAD_OPTION', 'endCall: options', options, 'object');
  const names = Object.keys(options.outputs ?? {});
  const properties = Object.fromEntries(
    Object.entries(options.outputs ?? {}).map(([name, description]) => [
      name,
      { type: 'string', description },
    ]),
  );
  return {
    description:
      options.description ?? 'Ends the call. Say goodbye before you use it: nothing can be said afterwards.',
    parameters: { type: 'object', properties, additionalProperties: false },
    reply: 'none',
    run(args, { session, outputs }) {
      for (const name of names) {
        const value = args[name];
        if (value !== undefined) outputs.set(name, value);
      }
      session.end();
    },
  };
}

/** Options of `transfer`. */
export interface TransferOptions {
  /** Description for the model; by default it lists the targets. */
  readonly description?: string;
  /** The output variable that holds the target; default `transfer_to`. */
  readonly output?: string;
}

/**
 * Returns a tool that transfers the caller. Audio Connector has no transfer: the call ends with an output, and the flow
 * transfers.
 *
 * @param targets - names that the model may choose, or names with a description for the model
 * @throws RealtimeError `REALTIME_BAD_TOOL` without any target
 */
export function transfer(
  targets: readonly string[] | Readonly<Record<string, string>>,
  options: TransferOptions = {},
): Tool<{ readonly target: string }, void> {
  checkArgument('REALTIME_BAD_OPTION', 'transfer: targets', targets, 'object or list');
  const names = Array.isArray(targets) ? targets : Object.keys(targets);
  if (names.length === 0) {
    throw new RealtimeError('REALTIME_BAD_TOOL', 'transfer: targets is empty; expected at least one name.');
  }
  const described = Array.isArray(targets)
    ? ''
    : ` ${Object.entries(targets)
        .map(([name, about]) => `${name}: ${about}.`)
        .join(' ')}`;
  return {
    description:
      options.description ??
      `Transfers the caller and ends the conversation. Tell the caller before you use it.${described}`,
    parameters: {
      type: 'object',
      properties: { target: { type: 'string', enum: [...names] } },
      required: ['target'],
      additionalProperties: false,
    },
    reply: 'none',
    run({ target }, { session, outputs }) {
      outputs.set(options.output ?? 'transfer_to', target);
      session.end();
    },
  };
}

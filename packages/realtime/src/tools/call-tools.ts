import { checkArgument, checkOptionNames } from '@hookline/runtime';
import { RealtimeError, type RealtimeErrorCode } from '../error.js';
import type { Tool } from './tool.js';

const BAD_OPTION = 'REALTIME_BAD_OPTION' satisfies RealtimeErrorCode;

/** Options of `endCall`. */
export interface EndCallOptions {
  /** Description for the model; by default it says that the tool ends the call. */
  readonly description?: string;
  /** Output variables for the model to fill in: name to description. Default none. */
  readonly outputs?: Readonly<Record<string, string>>;
}

/**
 * Returns a tool that ends the call: the last reply plays to the end, other tools finish, then the flow continues.
 *
 * @throws HooklineError `REALTIME_BAD_OPTION` naming the option
 */
export function endCall(options: EndCallOptions = {}): Tool<Record<string, string>, void> {
  checkOptionNames<EndCallOptions>(BAD_OPTION, 'endCall: ', options, {
    description: true,
    outputs: true,
  });
  const { description, outputs: wanted = {} } = options;
  if (description !== undefined) checkArgument(BAD_OPTION, 'endCall: description', description, 'text');
  checkArgument(BAD_OPTION, 'endCall: outputs', wanted, 'object');
  const names = Object.keys(wanted);
  for (const name of names) checkArgument(BAD_OPTION, `endCall: outputs.${name}`, wanted[name], 'text');
  const properties = Object.fromEntries(
    Object.entries(wanted).map(([name, about]) => [name, { type: 'string', description: about }]),
  );
  return {
    description:
      description ?? 'Ends the call. Say goodbye before you use it: nothing can be said afterwards.',
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
 * @throws HooklineError `REALTIME_BAD_TOOL` without any target; `REALTIME_BAD_OPTION` naming the option
 */
export function transfer(
  targets: readonly string[] | Readonly<Record<string, string>>,
  options: TransferOptions = {},
): Tool<{ readonly target: string }, void> {
  checkArgument(BAD_OPTION, 'transfer: targets', targets, 'object or list');
  checkOptionNames<TransferOptions>(BAD_OPTION, 'transfer: ', options, {
    description: true,
    output: true,
  });
  for (const [key, text] of Object.entries(targets))
    checkArgument(BAD_OPTION, `transfer: targets.${key}`, text, 'text');
  const { description, output = 'transfer_to' } = options;
  if (description !== undefined) checkArgument(BAD_OPTION, 'transfer: description', description, 'text');
  checkArgument(BAD_OPTION, 'transfer: output', output, 'text');
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
      description ??
      `Transfers the caller and ends the conversation. Tell the caller before you use it.${described}`,
    parameters: {
      type: 'object',
      properties: { target: { type: 'string', enum: [...names] } },
      required: ['target'],
      additionalProperties: false,
    },
    reply: 'none',
    run({ target }, { session, outputs }) {
      outputs.set(output, target);
      session.end();
    },
  };
}

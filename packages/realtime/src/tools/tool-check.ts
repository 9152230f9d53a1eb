import { checkArgument, checkOptionNames, describeValue } from '@hookline/runtime';
import { RealtimeError, type RealtimeErrorCode } from '../error.js';
import type { Tool } from './tool.js';

const BAD_TOOL = 'REALTIME_BAD_TOOL' satisfies RealtimeErrorCode;
const REPLIES: readonly unknown[] = ['after', 'none', 'later', undefined] satisfies Tool['reply'][];

/**
 * Refuses tools that cannot be used.
 *
 * @throws HooklineError `REALTIME_BAD_OPTION` for what is no record of tools, `REALTIME_BAD_TOOL` naming a tool's field
 */
export function checkTools(tools: Readonly<Record<string, Tool>>): void {
  checkArgument('REALTIME_BAD_OPTION' satisfies RealtimeErrorCode, 'realtime: tools', tools, 'object');
  for (const [name, tool] of Object.entries(tools)) checkTool(`tools.${name}`, tool);
}

/**
 * Refuses a tool from untyped code that could not run, or whose misspelt field would be ignored. Its parameters are
 * checked where they are read.
 *
 * @param where - `'tools.book'`
 * @throws HooklineError `REALTIME_BAD_TOOL` naming the field
 */
export function checkTool(where: string, tool: Tool): void {
  checkArgument(BAD_TOOL, where, tool, 'object');
  // An instance of a class may have fields of its own.
  const prototype: unknown = Object.getPrototypeOf(tool);
  if (prototype === Object.prototype || prototype === null) {
    checkOptionNames<Tool>(BAD_TOOL, `${where}: `, tool, {
      description: true,
      parameters: true,
      schema: true,
      run: true,
      reply: true,
      interruptible: true,
    });
  }
  checkArgument(BAD_TOOL, where, tool, { description: 'text', run: 'function' });
  const { reply, interruptible, schema } = tool;
  if (schema !== undefined) checkArgument(BAD_TOOL, `${where}.schema`, schema, 'object');
  if (!REPLIES.includes(reply))
    refuse(`${where}.reply is ${describeValue(reply)}; expected "after", "none" or "later".`);
  if (interruptible !== undefined && typeof interruptible !== 'boolean')
    refuse(`${where}.interruptible is ${describeValue(interruptible)}; expected true or false.`);
}

function refuse(message: string): never {
  throw new RealtimeError(BAD_TOOL, message);
}

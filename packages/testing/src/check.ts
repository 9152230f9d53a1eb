import {
  type Clock,
  checkArgument,
  checkOptionNames,
  describeValue,
  HooklineError,
  type NumberRule,
  numberFault,
  type VirtualClock,
} from '@hookline/runtime';
import type { Bot, CallHandler } from '@hookline/server';
import type { TestedHandler } from './tested-bot.js';
import type { TestingErrorCode } from './testing-error.js';

/** A time of a test, in milliseconds. */
export const TIME: NumberRule = { min: 0 };

/** How long something is waited for, in milliseconds. */
export const WITHIN: NumberRule = { min: 0, infinite: true };

const BAD_OPTION = 'TESTING_BAD_OPTION' satisfies TestingErrorCode;

/** The error for an argument or option that cannot be used. */
export function badOption(message: string, cause?: unknown): HooklineError<TestingErrorCode> {
  return new HooklineError<TestingErrorCode>(BAD_OPTION, message, {
    isUsage: true,
    ...(cause === undefined ? {} : { cause }),
  });
}

/** @throws HooklineError `TESTING_BAD_OPTION` naming the field */
export function checkNumber(field: string, value: unknown, rule: NumberRule): void {
  const fault = numberFault(field, value, rule);
  if (fault !== undefined) throw badOption(`${fault}.`);
}

/** Like `checkNumber`, for an option that may be left out. */
export function checkOptionalNumber(field: string, value: unknown, rule: NumberRule): void {
  if (value !== undefined) checkNumber(field, value, rule);
}

/** Names the method and the options that it has. @throws HooklineError `TESTING_BAD_OPTION` */
export function checkOptions<Options>(
  method: string,
  options: unknown,
  known: Readonly<Record<keyof Options, true>>,
): void {
  checkOptionNames<Options>(BAD_OPTION, `${method}: `, options, known);
}

/** @throws HooklineError `TESTING_BAD_OPTION` for anything but an object or undefined */
export function checkOptionalObject(field: string, value: unknown): void {
  if (value !== undefined) checkArgument(BAD_OPTION, field, value, 'object');
}

/** Whether a clock is a `VirtualClock`, of any copy of the package. */
export function isVirtualClock(clock: Clock): clock is VirtualClock {
  return isMethod(clock, 'advance');
}

/** @throws HooklineError `TESTING_BAD_OPTION` for anything but a virtual clock or undefined */
export function checkClock(field: string, clock: VirtualClock | undefined): void {
  if (clock === undefined || isVirtualClock(clock)) return;
  throw badOption(`${field} is ${describeValue(clock)}; expected a VirtualClock of @hookline/runtime.`);
}

/** Whether a value is a bot. */
export function isBot(value: unknown): value is Bot {
  return typeof value === 'object' && isMethod(value, 'inject');
}

function isMethod(value: unknown, name: string): boolean {
  return typeof value === 'object' && value !== null && typeof Reflect.get(value, name) === 'function';
}

/** Calls the function that creates the handler of a bot. @throws HooklineError `TESTING_BAD_OPTION` if it returns none */
export function handlerOf<Settings>(
  field: string,
  create: (settings: Settings) => TestedHandler,
  settings: Settings,
): CallHandler {
  checkArgument(BAD_OPTION, field, create, 'function');
  const handler: unknown = create(settings);
  // A router is an object.
  if (typeof handler === 'function' || isMethod(handler, 'match')) return handler as CallHandler;
  // The handler itself was given, and has failed because it got no call.
  if (handler instanceof Promise) handler.catch(() => {});
  throw badOption(
    `${field} returned ${describeValue(handler)}; expected a function that returns the handler: () => async (call) => { … }.`,
  );
}

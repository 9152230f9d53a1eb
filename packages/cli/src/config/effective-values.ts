import { createRedactor } from '@hookline/trace';
import { Command } from 'commander';
import type { CliContext } from '../context.js';
import { fieldsOf, type Origin, originOf, profileNamed } from './apply-profile.js';
import type { LoadedConfig } from './load-config.js';
import { placeOf } from './place-of.js';
import { isProfileField, PROFILE_FIELDS } from './profile-fields.js';

/** A value that a verb would work with, and where it comes from. */
export interface EffectiveValue {
  readonly name: string;
  /** Secrets masked. */
  readonly value: unknown;
  readonly origin: Origin;
  /** The flag, the variable of the environment, or the place in the configuration. */
  readonly from?: string;
}

/** What a profile comes to when a verb takes it with the flags of `command`: every field that has a value. */
export async function effectiveValues(
  loaded: LoadedConfig,
  name: string,
  command: Command,
  context: CliContext,
): Promise<EffectiveValue[]> {
  const profile = profileNamed(loaded, name);
  const given = new Map<string, unknown>(fieldsOf(profile, loaded));
  const defaults = await defaultsOf(context);
  return Object.entries(PROFILE_FIELDS).flatMap(([field, { option, env, secret }]): EffectiveValue[] => {
    if (!isProfileField(field)) return [];
    const origin = originOf(command, field, profile, context);
    const entry = (value: unknown, from?: string): EffectiveValue[] =>
      value === undefined
        ? []
        : [{ name: field, value: masked(field, value, secret === true), origin, ...(from ? { from } : {}) }];
    const fromFlag = () => {
      const long = command.options.find((one) => one.attributeName() === option)?.long;
      const isGiven = command.getOptionValueSource(option) === 'cli';
      return isGiven ? entry(command.getOptionValue(option), long ?? undefined) : [];
    };
    if (origin === 'flag') return fromFlag();
    if (origin === 'env') return env === undefined ? [] : entry(context.env[env], env);
    if (origin === 'profile')
      return entry(given.get(field), placeOf(loaded.shown, loaded.source, ['profiles', name, field]));
    return entry(defaults.get(option));
  });
}

/** The defaults of the options, as the verbs declare them. */
async function defaultsOf(context: CliContext): Promise<ReadonlyMap<string, unknown>> {
  const program = new Command();
  const [{ callVerb }, { serveVerb }] = await Promise.all([
    import('../verbs/call.js'),
    import('../verbs/serve.js'),
  ]);
  for (const verb of [callVerb, serveVerb]) verb(program, context, () => {});
  return new Map(
    program.commands.flatMap(({ options }) =>
      options.map((option): [string, unknown] => [option.attributeName(), option.defaultValue]),
    ),
  );
}

function masked(name: string, value: unknown, secret: boolean): unknown {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, masked(key, one, false)]));
  }
  if (typeof value !== 'string') return value;
  if (secret) return value.length < 6 ? '***' : createRedactor([value]).text(value);
  const redactor = createRedactor();
  // An input variable may be named after a secret, as a query value may.
  const shown = redactor.url(`?${encodeURIComponent(name)}=${encodeURIComponent(value)}`);
  const isSecret = !FILE_FIELDS.has(name) && !shown.endsWith(`=${encodeURIComponent(value)}`);
  return isSecret ? '***' : redactor.text(value);
}

/** Fields whose names speak of a secret, and that hold only where it lies. */
const FILE_FIELDS: ReadonlySet<string> = new Set(
  Object.entries(PROFILE_FIELDS).flatMap(([name, { file }]) => (file ? [name] : [])),
);

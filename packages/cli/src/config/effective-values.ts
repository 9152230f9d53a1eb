import { createRedactor } from '@hookline/trace';
import { Command } from 'commander';
import type { CliContext } from '../context.js';
import { fieldsOf, type Origin, originOf, profileNamed } from './apply-profile.js';
import type { LoadedConfig } from './load-config.js';
import { isProfileField, PROFILE_FIELDS } from './profile-fields.js';
import { fieldLocation } from './source-location.js';

/** The effective value of an option, and its source. */
export interface EffectiveValue {
  readonly name: string;
  /** Secrets masked. */
  readonly value: unknown;
  readonly origin: Origin;
  /** The flag, the environment variable, or the line of the configuration. */
  readonly from?: string;
}

/** The effective values of a profile together with the flags of `command`; fields without a value are omitted. */
export async function effectiveValues(
  loaded: LoadedConfig,
  name: string,
  command: Command,
  context: CliContext,
): Promise<EffectiveValue[]> {
  const profile = profileNamed(loaded, name);
  const profileValues = new Map<string, unknown>(fieldsOf(profile, loaded));
  const defaults = await defaultsOf(context);
  return Object.entries(PROFILE_FIELDS).flatMap(([field, { option, env, isSecret }]): EffectiveValue[] => {
    if (!isProfileField(field)) return [];
    const origin = originOf(command, field, profile, context);
    const entry = (value: unknown, from?: string): EffectiveValue[] =>
      value === undefined
        ? []
        : [
            {
              name: field,
              value: maskValue(field, value, isSecret === true),
              origin,
              ...(from ? { from } : {}),
            },
          ];
    const fromFlag = () => {
      const long = command.options.find((one) => one.attributeName() === option)?.long;
      const isGiven = command.getOptionValueSource(option) === 'cli';
      return isGiven ? entry(command.getOptionValue(option), long ?? undefined) : [];
    };
    if (origin === 'flag') return fromFlag();
    if (origin === 'env') return env === undefined ? [] : entry(context.env[env], env);
    if (origin === 'profile')
      return entry(
        profileValues.get(field),
        fieldLocation(loaded.displayPath, loaded.source, ['profiles', name, field]),
      );
    return entry(defaults.get(option));
  });
}

/** The defaults of the options of `call` and `serve`. */
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

function maskValue(name: string, value: unknown, isSecretField: boolean): unknown {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, maskValue(key, one, false)]));
  }
  if (typeof value !== 'string') return value;
  if (isSecretField) return value.length < 6 ? '***' : createRedactor([value]).text(value);
  const redactor = createRedactor();
  // The name of an input variable may say that it is a secret, as in a query.
  const maskedQuery = redactor.url(`?${encodeURIComponent(name)}=${encodeURIComponent(value)}`);
  const isSecret = !PATH_FIELDS.has(name) && !maskedQuery.endsWith(`=${encodeURIComponent(value)}`);
  return isSecret ? '***' : redactor.text(value);
}

/** Fields that contain a path: `clientSecretFile` is not a secret in spite of its name. */
const PATH_FIELDS: ReadonlySet<string> = new Set(
  Object.entries(PROFILE_FIELDS).flatMap(([name, { isPath }]) => (isPath ? [name] : [])),
);

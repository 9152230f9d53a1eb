import { UsageError } from '../exit-codes.js';
import { closest } from '../options/parse.js';
import type { HooklineConfig, ProfileConfig } from './config.js';
import { placeOf } from './place-of.js';
import { isProfileField, PROFILE_FIELD_NAMES, PROFILE_FIELDS, type ProfileField } from './profile-fields.js';

/** A value whose type nobody knows yet. */
type Fields = Readonly<Record<string, unknown>>;

/**
 * Checks what a configuration exports: every name and every type.
 *
 * @param file - as errors name it
 * @param source - what the file holds, for the line of what is wrong
 * @throws UsageError naming the place, what is wrong and what was probably meant
 */
export function checkConfig(value: unknown, file: string, source: string): HooklineConfig {
  const refuse = (path: readonly string[], text: string): never => {
    throw new UsageError(`${placeOf(file, source, path)}: ${text}.`);
  };
  if (!isObject(value)) {
    return refuse([], 'the default export is no object such as { profiles: { local: { url: "ws://…" } } }');
  }
  for (const name of Object.keys(value)) {
    if (name === 'profiles') continue;
    const hint = PROFILE_FIELD_NAMES.includes(name)
      ? ' (it belongs into a profile)'
      : closest(name, ['profiles']);
    refuse([name], `there is no field ${JSON.stringify(name)}${hint}; there is profiles`);
  }
  const { profiles } = value;
  if (!isObject(profiles)) return refuse(['profiles'], '"profiles" is no object of profiles by their names');
  const checked = Object.entries(profiles).map(([name, profile]): [string, ProfileConfig] => {
    if (!isObject(profile)) return refuse(['profiles', name], `profile ${JSON.stringify(name)} is no object`);
    checkProfile(profile, (field, text) =>
      refuse(['profiles', name, field], `profile ${JSON.stringify(name)}: ${text}`),
    );
    return [name, profile];
  });
  return { profiles: Object.fromEntries(checked) };
}

function checkProfile(profile: Fields, refuse: (field: string, text: string) => never): void {
  for (const [name, value] of Object.entries(profile)) {
    if (!isProfileField(name)) {
      const known = closest(name, PROFILE_FIELD_NAMES);
      refuse(
        name,
        `there is no field ${JSON.stringify(name)}${known || `; there are ${PROFILE_FIELD_NAMES.join(', ')}`}`,
      );
      continue;
    }
    const field = PROFILE_FIELDS[name];
    if (value === undefined) {
      // An unset variable of the environment must never mean "without a key" or "unsigned".
      if (field.secret) refuse(name, `${name} is undefined; set what it is read from, or leave it out`);
      continue;
    }
    const wanted = fits(value, field);
    if (wanted !== undefined) refuse(name, `${name} takes ${wanted}; got ${shown(value, field)}`);
  }
  for (const [one, other] of [
    ['url', 'baseUri'],
    ['url', 'connectorId'],
    ['clientSecret', 'clientSecretFile'],
  ] as const) {
    if (profile[one] !== undefined && profile[other] !== undefined)
      refuse(other, `give ${one} or ${other}, not both`);
  }
}

/** Nothing for a value that fits; otherwise what is taken. */
function fits(value: unknown, { type, values }: ProfileField): string | undefined {
  switch (type) {
    case 'string':
      if (typeof value !== 'string') return values ? oneOf(values) : 'a string';
      return values && !values.includes(value) ? oneOf(values) : undefined;
    case 'boolean':
      return typeof value === 'boolean' ? undefined : 'true or false';
    case 'number':
      return typeof value === 'number' && Number.isFinite(value) ? undefined : 'a number';
    case 'strings':
      return Array.isArray(value) && value.every((one) => typeof one === 'string')
        ? undefined
        : 'a list of strings';
    case 'record':
      return isObject(value) && Object.values(value).every((one) => typeof one === 'string')
        ? undefined
        : 'an object of strings';
  }
}

const oneOf = (values: readonly string[]) => values.map((one) => JSON.stringify(one)).join(' or ');

const SHOWN_CHARS = 60;

function shown(value: unknown, { secret }: ProfileField): string {
  if (secret) return `a value of type ${typeof value}`;
  return (JSON.stringify(value) ?? String(value)).slice(0, SHOWN_CHARS);
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

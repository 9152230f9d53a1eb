import { isRecord } from '@hookline/runtime';
import { UsageError } from '../exit-codes.js';
import { didYouMean } from '../options/parse.js';
import type { HooklineConfig, ProfileConfig } from './config.js';
import { isProfileField, PROFILE_FIELD_NAMES, PROFILE_FIELDS, type ProfileField } from './profile-fields.js';
import { fieldLocation } from './source-location.js';

/** An object with values of unknown type. */
type UnknownFields = Readonly<Record<string, unknown>>;

/**
 * Checks the names and types of all fields of a configuration.
 *
 * @param file - the path in error messages
 * @param source - the text of the file, to find line numbers
 * @throws UsageError with file, line, the problem and a suggestion
 */
export function checkConfig(value: unknown, file: string, source: string): HooklineConfig {
  const refuse = (path: readonly string[], text: string): never => {
    throw new UsageError(`${fieldLocation(file, source, path)}: ${text}.`);
  };
  if (!isRecord(value)) {
    return refuse(
      [],
      'the default export must be an object such as { profiles: { local: { url: "ws://…" } } }',
    );
  }
  for (const name of Object.keys(value)) {
    if (name === 'profiles') continue;
    const hint = PROFILE_FIELD_NAMES.includes(name)
      ? ' (it belongs in a profile)'
      : didYouMean(name, ['profiles']);
    refuse([name], `unknown field ${JSON.stringify(name)}${hint}; expected profiles`);
  }
  const { profiles } = value;
  if (!isRecord(profiles)) return refuse(['profiles'], '"profiles" must be an object of profiles by name');
  const checked = Object.entries(profiles).map(([name, profile]): [string, ProfileConfig] => {
    if (!isRecord(profile))
      return refuse(['profiles', name], `profile ${JSON.stringify(name)} must be an object`);
    checkProfile(profile, (field, text) =>
      refuse(['profiles', name, field], `profile ${JSON.stringify(name)}: ${text}`),
    );
    return [name, profile];
  });
  return { profiles: Object.fromEntries(checked) };
}

function checkProfile(profile: UnknownFields, refuse: (field: string, text: string) => never): void {
  for (const [name, value] of Object.entries(profile)) {
    if (!isProfileField(name)) {
      const known = didYouMean(name, PROFILE_FIELD_NAMES);
      refuse(
        name,
        `unknown field ${JSON.stringify(name)}${known || `; expected one of ${PROFILE_FIELD_NAMES.join(', ')}`}`,
      );
      continue;
    }
    const field = PROFILE_FIELDS[name];
    if (value === undefined) {
      // A secret that is read from an unset environment variable must not disable the signature.
      if (field.isSecret)
        refuse(name, `${name} is undefined; set the variable that it is read from, or remove the field`);
      continue;
    }
    const expected = expectedType(value, field);
    if (expected !== undefined) refuse(name, `${name} takes ${expected}; got ${display(value, field)}`);
  }
  for (const [one, other] of [
    ['url', 'baseUri'],
    ['url', 'connectorId'],
    ['clientSecret', 'clientSecretFile'],
  ] as const) {
    if (profile[one] !== undefined && profile[other] !== undefined)
      refuse(other, `${one} and ${other} cannot be used together; remove one of them`);
  }
}

/** A description of the expected type, or undefined if the value has it. */
function expectedType(value: unknown, { type, choices }: ProfileField): string | undefined {
  switch (type) {
    case 'string':
      if (typeof value !== 'string') return choices ? oneOf(choices) : 'a string';
      return choices && !choices.includes(value) ? oneOf(choices) : undefined;
    case 'boolean':
      return typeof value === 'boolean' ? undefined : 'true or false';
    case 'number':
      return typeof value === 'number' && Number.isFinite(value) ? undefined : 'a number';
    case 'strings':
      return Array.isArray(value) && value.every((one) => typeof one === 'string')
        ? undefined
        : 'a list of strings';
    case 'record':
      return isRecord(value) && Object.values(value).every((one) => typeof one === 'string')
        ? undefined
        : 'an object of strings';
  }
}

const oneOf = (values: readonly string[]) => values.map((one) => JSON.stringify(one)).join(' or ');

const DISPLAYED_CHARS = 60;

function display(value: unknown, { isSecret }: ProfileField): string {
  if (isSecret) return `a value of type ${typeof value}`;
  return (JSON.stringify(value) ?? String(value)).slice(0, DISPLAYED_CHARS);
}

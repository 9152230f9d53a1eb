import { dirname, resolve } from 'node:path';
import type { Command } from 'commander';
import type { CliContext } from '../context.js';
import { UsageError } from '../exit-codes.js';
import { closest } from '../options/parse.js';
import type { ProfileConfig } from './config.js';
import { type LoadedConfig, loadConfig } from './load-config.js';
import { isProfileField, PROFILE_FIELDS } from './profile-fields.js';

/** Where a value comes from. */
export type Origin = 'flag' | 'env' | 'profile' | 'default';

/**
 * Adds `--profile NAME` to a verb: before it runs, its options that neither a flag nor the environment gave are taken
 * from that profile of `hookline.config`.
 */
export function profileOption(command: Command, context: CliContext): Command {
  return command
    .option('--profile <name>', 'take what is not given from this profile of hookline.config')
    .hook('preAction', async () => {
      const { profile: name } = command.opts<{ readonly profile?: string }>();
      if (name !== undefined) await applyProfile(command, name, context);
    });
}

/** Takes a profile's fields for the options of a verb. @throws UsageError */
export async function applyProfile(command: Command, name: string, context: CliContext): Promise<void> {
  refuseTwoTargets(command, name);
  const loaded = await loadConfig();
  const profile = profileNamed(loaded, name);
  const has = (option: string) => command.options.some((one) => one.attributeName() === option);
  for (const [field, value] of fieldsOf(profile, loaded)) {
    const { option, type } = PROFILE_FIELDS[field];
    if (originOf(command, field, profile, context) !== 'profile') continue;
    const set = (to: string, what: unknown) => command.setOptionValueWithSource(to, what, 'profile');
    // A whole URL is a base connection URI without a Connector ID.
    if (field === 'url') {
      if (has('baseUri')) set('baseUri', value);
    } else if (
      field === 'inputs' ? has('input') : has(option) || (field === 'check' && command.name() === 'check')
    ) {
      set(option, type === 'number' ? String(value) : value);
      if (field === 'clientSecret') set('clientSecretFrom', 'profile');
    }
  }
}

/** The fields that a profile gives, paths made absolute. */
export function fieldsOf(
  profile: ProfileConfig,
  { path }: Pick<LoadedConfig, 'path'>,
): [keyof ProfileConfig, NonNullable<ProfileConfig[keyof ProfileConfig]>][] {
  const fields: [keyof ProfileConfig, NonNullable<ProfileConfig[keyof ProfileConfig]>][] = [];
  for (const [field, value] of Object.entries(profile)) {
    if (!isProfileField(field) || value === undefined) continue;
    const inFile = PROFILE_FIELDS[field].file && typeof value === 'string';
    fields.push([field, inFile ? resolve(dirname(path), value) : value]);
  }
  return fields;
}

/** The profile of that name. @throws UsageError with the one that was probably meant */
export function profileNamed({ config, shown }: LoadedConfig, name: string): ProfileConfig {
  const profile = Object.hasOwn(config.profiles, name) ? config.profiles[name] : undefined;
  if (profile) return profile;
  const names = Object.keys(config.profiles);
  throw new UsageError(
    `${shown} has no profile ${JSON.stringify(name)}${closest(name, names)}. There are: ${names.join(', ') || 'none'}.`,
  );
}

/** What may prove who calls: of these the flags or the environment give all or nothing. */
const PROOFS: readonly (keyof ProfileConfig)[] = ['clientSecret', 'clientSecretFile', 'sign'];

/** Who has the say about a field: a flag, then the environment, then the profile. */
export function originOf(
  command: Command,
  field: keyof ProfileConfig,
  profile: ProfileConfig,
  { env }: Pick<CliContext, 'env'>,
): Origin {
  const isFlag = (name: keyof ProfileConfig) =>
    command.getOptionValueSource(PROFILE_FIELDS[name].option) === 'cli';
  const isEnv = (name: keyof ProfileConfig) => Boolean(env[PROFILE_FIELDS[name].env ?? '']);
  const rivals = PROOFS.includes(field) ? PROOFS : [field];
  if (rivals.some(isFlag)) return 'flag';
  if (rivals.some(isEnv)) return 'env';
  return profile[field] === undefined ? 'default' : 'profile';
}

function refuseTwoTargets(command: Command, name: string): void {
  const [url] = command.registeredArguments.some((one) => one.name() === 'url') ? command.args : [];
  const flag = command.options.find(
    (option) =>
      ['baseUri', 'connectorId'].includes(option.attributeName()) &&
      command.getOptionValueSource(option.attributeName()) === 'cli',
  );
  const other = url === undefined ? flag?.long : `the URL ${JSON.stringify(url)}`;
  if (other !== undefined) {
    throw new UsageError(
      `Give ${other} or --profile ${JSON.stringify(name)}, not both: each says where to call.`,
    );
  }
}

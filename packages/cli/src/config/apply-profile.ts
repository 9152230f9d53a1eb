import { dirname, resolve } from 'node:path';
import type { Command } from 'commander';
import type { CliContext } from '../context.js';
import { UsageError } from '../exit-codes.js';
import { didYouMean } from '../options/parse.js';
import type { ProfileConfig } from './config.js';
import { type LoadedConfig, loadConfig } from './load-config.js';
import { isProfileField, PROFILE_FIELDS } from './profile-fields.js';

/** The source of a value. */
export type Origin = 'flag' | 'env' | 'profile' | 'default';

/**
 * Adds `--profile NAME` to a verb. Before the verb runs, options that neither a flag nor the environment has set are set
 * from that profile of `hookline.config`.
 */
export function profileOption(command: Command, context: CliContext): Command {
  return command
    .option('--profile <name>', 'use this profile of hookline.config for options that are not given')
    .hook('preAction', async () => {
      const { profile: name } = command.opts<{ readonly profile?: string }>();
      if (name !== undefined) await applyProfile(command, name, context);
    });
}

/** Sets the options of a verb from a profile. @throws UsageError */
export async function applyProfile(command: Command, name: string, context: CliContext): Promise<void> {
  refuseSeveralTargets(command, name);
  const loaded = await loadConfig();
  const profile = profileNamed(loaded, name);
  const hasOption = (option: string) => command.options.some((one) => one.attributeName() === option);
  for (const [field, value] of fieldsOf(profile, loaded)) {
    const { option, type } = PROFILE_FIELDS[field];
    if (originOf(command, field, profile, context) !== 'profile') continue;
    const set = (to: string, what: unknown) => command.setOptionValueWithSource(to, what, 'profile');
    // A complete URL is passed on as base connection URI with an empty Connector ID.
    if (field === 'url') {
      if (hasOption('baseUri')) set('baseUri', value);
    } else if (
      field === 'inputs'
        ? hasOption('input')
        : hasOption(option) || (field === 'check' && command.name() === 'check')
    ) {
      set(option, type === 'number' ? String(value) : value);
      if (field === 'clientSecret') set('clientSecretFrom', 'profile');
    }
  }
}

/** The fields of a profile, with absolute paths. */
export function fieldsOf(
  profile: ProfileConfig,
  { path }: Pick<LoadedConfig, 'path'>,
): [keyof ProfileConfig, NonNullable<ProfileConfig[keyof ProfileConfig]>][] {
  const fields: [keyof ProfileConfig, NonNullable<ProfileConfig[keyof ProfileConfig]>][] = [];
  for (const [field, value] of Object.entries(profile)) {
    if (!isProfileField(field) || value === undefined) continue;
    const isRelativePath = PROFILE_FIELDS[field].isPath && typeof value === 'string';
    fields.push([field, isRelativePath ? resolve(dirname(path), value) : value]);
  }
  return fields;
}

/** The profile with this name. @throws UsageError that suggests a similar name */
export function profileNamed({ config, displayPath }: LoadedConfig, name: string): ProfileConfig {
  const profile = Object.hasOwn(config.profiles, name) ? config.profiles[name] : undefined;
  if (profile) return profile;
  const names = Object.keys(config.profiles);
  throw new UsageError(
    `${displayPath} has no profile ${JSON.stringify(name)}${didYouMean(name, names)}; its profiles are: ${names.join(', ') || 'none'}.`,
  );
}

/** If a flag or the environment sets one of these, the profile sets none of them. */
const CREDENTIAL_FIELDS: readonly (keyof ProfileConfig)[] = ['clientSecret', 'clientSecretFile', 'sign'];

/** The source of a field: a flag before the environment, the environment before the profile. */
export function originOf(
  command: Command,
  field: keyof ProfileConfig,
  profile: ProfileConfig,
  { env }: Pick<CliContext, 'env'>,
): Origin {
  const isFlag = (name: keyof ProfileConfig) =>
    command.getOptionValueSource(PROFILE_FIELDS[name].option) === 'cli';
  const isEnv = (name: keyof ProfileConfig) => Boolean(env[PROFILE_FIELDS[name].env ?? '']);
  const alternatives = CREDENTIAL_FIELDS.includes(field) ? CREDENTIAL_FIELDS : [field];
  if (alternatives.some(isFlag)) return 'flag';
  if (alternatives.some(isEnv)) return 'env';
  return profile[field] === undefined ? 'default' : 'profile';
}

function refuseSeveralTargets(command: Command, name: string): void {
  const [url] = command.registeredArguments.some((one) => one.name() === 'url') ? command.args : [];
  const flag = command.options.find(
    (option) =>
      ['baseUri', 'connectorId'].includes(option.attributeName()) &&
      command.getOptionValueSource(option.attributeName()) === 'cli',
  );
  // The argument of load may be a file, which need not name a target.
  const isFile = command.name() === 'load' && url !== undefined && !/^\w+:\/\//.test(url);
  const target = url === undefined || isFile ? flag?.long : `the URL ${JSON.stringify(url)}`;
  if (target !== undefined) {
    throw new UsageError(
      `${target} and --profile ${JSON.stringify(name)} cannot be used together, because both name the target; remove one of them.`,
    );
  }
}

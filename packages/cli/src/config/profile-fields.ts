import type { ProfileConfig } from './config.js';

/** The type of a profile field, and the option that it sets. */
export interface ProfileField {
  readonly type: 'string' | 'boolean' | 'number' | 'strings' | 'record';
  /** The attribute name of the option in commander. */
  readonly option: string;
  /** The environment variable that overrides the field. */
  readonly env?: string;
  readonly choices?: readonly string[];
  readonly isSecret?: boolean;
  /** Whether it is a path relative to the configuration. */
  readonly isPath?: boolean;
}

/** All fields of a profile, in the order of `config show`. */
export const PROFILE_FIELDS: Readonly<Record<keyof ProfileConfig, ProfileField>> = {
  url: { type: 'string', option: 'url' },
  baseUri: { type: 'string', option: 'baseUri' },
  connectorId: { type: 'string', option: 'connectorId' },
  apiKey: { type: 'string', option: 'apiKey', env: 'HOOKLINE_API_KEY', isSecret: true },
  clientSecret: { type: 'string', option: 'clientSecret', env: 'HOOKLINE_CLIENT_SECRET', isSecret: true },
  clientSecretFile: { type: 'string', option: 'clientSecretFile', isPath: true },
  sign: { type: 'boolean', option: 'sign' },
  orgId: { type: 'string', option: 'orgId' },
  ani: { type: 'string', option: 'ani' },
  aniName: { type: 'string', option: 'aniName' },
  dnis: { type: 'string', option: 'dnis' },
  language: { type: 'string', option: 'language' },
  inputs: { type: 'record', option: 'inputs' },
  outputs: { type: 'strings', option: 'output' },
  ca: { type: 'string', option: 'ca', isPath: true },
  insecure: { type: 'boolean', option: 'insecure' },
  allowWs: { type: 'boolean', option: 'allowWs' },
  media: { type: 'string', option: 'media', choices: ['PCMU', 'L16'] },
  frameMs: { type: 'number', option: 'frameMs' },
  limits: { type: 'string', option: 'limits', choices: ['genesys', 'off'] },
  lateOpened: { type: 'string', option: 'lateOpened', choices: ['burst', 'discard'] },
  port: { type: 'number', option: 'port' },
  host: { type: 'string', option: 'host' },
  auth: { type: 'boolean', option: 'auth' },
  drain: { type: 'string', option: 'drain' },
  check: { type: 'string', option: 'check', isPath: true },
};

/** The names of all fields. */
export const PROFILE_FIELD_NAMES: readonly string[] = Object.keys(PROFILE_FIELDS);

/** Whether a profile has a field with this name. */
export function isProfileField(name: string): name is keyof ProfileConfig {
  return Object.hasOwn(PROFILE_FIELDS, name);
}

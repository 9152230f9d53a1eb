import type { ProfileConfig } from './config.js';

/** What a field of a profile holds, and which option of the command it stands for. */
export interface ProfileField {
  readonly type: 'string' | 'boolean' | 'number' | 'strings' | 'record';
  /** The option of the command, as commander names its value. */
  readonly option: string;
  /** The variable of the environment that goes before the profile. */
  readonly env?: string;
  readonly values?: readonly string[];
  readonly secret?: boolean;
  /** A path that is relative to the configuration. */
  readonly file?: boolean;
}

/** Every field of a profile, in the order in which `config show` prints them. */
export const PROFILE_FIELDS: Readonly<Record<keyof ProfileConfig, ProfileField>> = {
  url: { type: 'string', option: 'url' },
  baseUri: { type: 'string', option: 'baseUri' },
  connectorId: { type: 'string', option: 'connectorId' },
  apiKey: { type: 'string', option: 'apiKey', env: 'HOOKLINE_API_KEY', secret: true },
  clientSecret: { type: 'string', option: 'clientSecret', env: 'HOOKLINE_CLIENT_SECRET', secret: true },
  clientSecretFile: { type: 'string', option: 'clientSecretFile', file: true },
  sign: { type: 'boolean', option: 'sign' },
  orgId: { type: 'string', option: 'orgId' },
  ani: { type: 'string', option: 'ani' },
  aniName: { type: 'string', option: 'aniName' },
  dnis: { type: 'string', option: 'dnis' },
  language: { type: 'string', option: 'language' },
  inputs: { type: 'record', option: 'inputs' },
  outputs: { type: 'strings', option: 'output' },
  ca: { type: 'string', option: 'ca', file: true },
  insecure: { type: 'boolean', option: 'insecure' },
  allowWs: { type: 'boolean', option: 'allowWs' },
  media: { type: 'string', option: 'media', values: ['PCMU', 'L16'] },
  frameMs: { type: 'number', option: 'frameMs' },
  limits: { type: 'string', option: 'limits', values: ['genesys', 'off'] },
  lateOpened: { type: 'string', option: 'lateOpened', values: ['burst', 'discard'] },
  port: { type: 'number', option: 'port' },
  host: { type: 'string', option: 'host' },
  auth: { type: 'boolean', option: 'auth' },
  drain: { type: 'string', option: 'drain' },
  check: { type: 'string', option: 'check', file: true },
};

/** The names of the fields. */
export const PROFILE_FIELD_NAMES: readonly string[] = Object.keys(PROFILE_FIELDS);

/** Whether a name is that of a field of a profile. */
export function isProfileField(name: string): name is keyof ProfileConfig {
  return Object.hasOwn(PROFILE_FIELDS, name);
}

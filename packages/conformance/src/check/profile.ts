import { readFile } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isDtmfDigit } from '@hookline/protocol';
import { isRecord, messageOf, unknownOption } from '@hookline/runtime';
import { conformanceError } from '../error.js';

/** How to make the bot act: speech or keys during the call, or properties of the call. */
export interface Trigger {
  /** A WAV file that the caller plays. */
  readonly say?: string;
  /** Keys that the caller presses: 0 to 9, `*`, `#`, A to D. */
  readonly dtmf?: string;
  /** Input variables of the call. */
  readonly inputs?: Readonly<Record<string, string>>;
  /** A Connector ID, instead of that of the target. Needs a base connection URI. */
  readonly connectorId?: string;
}

/** A trigger whose audio is loaded. */
export interface PreparedTrigger extends Trigger {
  /** The audio of `say`: µ-law, 8 kHz. */
  readonly speech?: Uint8Array;
}

/** The names of the triggers. */
export const TRIGGERS = ['speak', 'complete', 'fail', 'longPrompt', 'bargeIn'] as const;
export type TriggerName = (typeof TRIGGERS)[number];

/** How the bot authenticates callers. */
export const AUTH_MODES = ['signed', 'key-only', 'none'] as const;
export type AuthMode = (typeof AUTH_MODES)[number];

/** Facts about a bot that are needed to run all checks. */
export interface Profile {
  /**
   * `speak` makes it speak; `complete` makes it end the call successfully, `fail` with an error; `longPrompt` makes it
   * speak for 5 s or more; `bargeIn` interrupts it. Without triggers the caller plays a sound similar to speech, presses
   * 1 2 3 4 #, and interrupts with the same sound.
   */
  readonly triggers: Readonly<Partial<Record<TriggerName, PreparedTrigger>>>;
  readonly auth: AuthMode;
  /** Input variables of every call, for a bot that requires them. */
  readonly inputs: Readonly<Record<string, string>>;
}

/** The contents of a profile file. */
export interface ProfileFile {
  readonly triggers?: Readonly<Partial<Record<TriggerName, Trigger>>>;
  readonly auth?: AuthMode;
  readonly inputs?: Readonly<Record<string, string>>;
}

const TRIGGER_FIELDS = ['say', 'dtmf', 'inputs', 'connectorId'];

/**
 * Reads a profile: JSON, or the default export of an ES module. Paths in it are relative to the file.
 *
 * @throws HooklineError `CONFORMANCE_BAD_PROFILE` with the file, the field, its value and the expected value
 */
export async function readProfile(path: string): Promise<ProfileFile> {
  let value: unknown;
  try {
    value =
      extname(path) === '.json'
        ? // TextDecoder leaves out a byte order mark.
          JSON.parse(new TextDecoder().decode(await readFile(path)))
        : (await import(pathToFileURL(resolve(path)).href)).default;
  } catch (error) {
    throw conformanceError(
      'CONFORMANCE_BAD_PROFILE',
      `${path} cannot be read as a profile: ${messageOf(error)}`,
      error,
    );
  }
  const profile = checkProfile(value, path);
  const triggers = Object.fromEntries(
    Object.entries(profile.triggers ?? {}).map(([name, trigger]) => [
      name,
      trigger.say === undefined ? trigger : { ...trigger, say: resolve(path, '..', trigger.say) },
    ]),
  );
  return { ...profile, triggers };
}

/** Validates a profile. @throws HooklineError `CONFORMANCE_BAD_PROFILE` */
export function checkProfile(value: unknown, path: string): ProfileFile {
  const refuse = (text: string): never => {
    throw conformanceError('CONFORMANCE_BAD_PROFILE', `${path}: ${text}`);
  };
  const checkNames = (object: Readonly<Record<string, unknown>>, names: readonly string[], where: string) => {
    const fault = unknownOption(where, object, names);
    if (fault !== undefined) refuse(fault);
  };
  const checkInputs = ({ inputs }: Readonly<Record<string, unknown>>, where: string) => {
    if (inputs === undefined) return;
    if (!isRecord(inputs) || !Object.values(inputs).every((one) => typeof one === 'string'))
      refuse(`${where} is not an object of strings such as {"customerId":"42"}`);
  };
  if (!isRecord(value)) return refuse('expected an object such as {"auth":"signed","triggers":{}}');
  checkNames(value, ['triggers', 'auth', 'inputs'], '');
  const { triggers = {}, auth } = value;
  checkInputs(value, 'inputs');
  if (auth !== undefined && !AUTH_MODES.some((mode) => mode === auth)) {
    refuse(`"auth" is ${JSON.stringify(auth)}; expected one of ${AUTH_MODES.join(', ')}`);
  }
  if (!isRecord(triggers)) return refuse('"triggers" is not an object such as {"complete":{"dtmf":"1"}}');
  checkNames(triggers, TRIGGERS, 'triggers: ');
  for (const [name, trigger] of Object.entries(triggers)) {
    if (!isRecord(trigger)) return refuse(`triggers.${name} is not an object such as {"dtmf":"1"}`);
    checkNames(trigger, TRIGGER_FIELDS, `triggers.${name}: `);
    for (const field of ['say', 'dtmf', 'connectorId']) {
      if (trigger[field] !== undefined && typeof trigger[field] !== 'string')
        refuse(`triggers.${name}.${field} is not a string`);
    }
    const { dtmf } = trigger;
    if (typeof dtmf === 'string') {
      const wrong = [...dtmf].find((key) => !isDtmfDigit(key));
      if (wrong !== undefined)
        refuse(
          `triggers.${name}.dtmf is ${JSON.stringify(dtmf)}, and ${JSON.stringify(wrong)} is no key of a telephone; expected only 0 to 9, *, # and A to D`,
        );
    }
    checkInputs(trigger, `triggers.${name}.inputs`);
  }
  return value;
}

import { readFile } from 'node:fs/promises';
import { toMulaw8k } from '@hookline/audio/resample';
import { joinConnectionUri } from '@hookline/protocol';
import { messageOf } from '@hookline/runtime';
import { type CheckTarget, LARGE_OPEN_CHARS } from '../caller/open-parameters.js';
import { conformanceError } from '../error.js';
import type { Profile, ProfileFile, Trigger } from './profile.js';

/**
 * Fills in the defaults of a profile and loads its audio, before the first call: a wrong profile would otherwise end a
 * run in the middle, without a report.
 *
 * @throws HooklineError `CONFORMANCE_BAD_PROFILE` for audio that cannot be played, inputs that do not fit into `open`,
 * or a Connector ID that cannot be appended to the URL
 */
export async function prepareProfile(
  { triggers = {}, inputs = {}, auth }: ProfileFile,
  target: CheckTarget,
): Promise<Profile> {
  checkSize('inputs', inputs);
  const prepared = await Promise.all(
    Object.entries(triggers).map(async ([name, trigger]) => {
      const field = `triggers.${name}`;
      if (trigger.inputs !== undefined) checkSize(`${field}.inputs`, { ...inputs, ...trigger.inputs });
      if (trigger.connectorId !== undefined)
        checkUrl(`${field}.connectorId`, target.baseUrl ?? target.url, trigger.connectorId);
      return [name, { ...trigger, ...(await loadSpeech(`${field}.say`, trigger)) }] as const;
    }),
  );
  return {
    triggers: Object.fromEntries(prepared),
    inputs,
    auth: auth ?? (target.clientSecret === undefined ? 'none' : 'signed'),
  };
}

/** @param inputs - those of a call, of which those of the profile are a part */
function checkSize(field: string, inputs: Readonly<Record<string, string>>): void {
  const chars = JSON.stringify(inputs).length;
  if (chars <= LARGE_OPEN_CHARS) return;
  refuse(
    field,
    `the inputs of a call have ${chars} characters as JSON; at most ${LARGE_OPEN_CHARS} fit into \`open\``,
  );
}

function checkUrl(field: string, base: string, connectorId: string): void {
  let url: URL;
  try {
    url = new URL(joinConnectionUri(base, connectorId));
  } catch (error) {
    refuse(field, messageOf(error), error);
  }
  if (url.hash !== '')
    refuse(field, `${JSON.stringify(connectorId)} has a fragment (#), which a WebSocket URL cannot contain`);
}

async function loadSpeech(field: string, { say }: Trigger): Promise<{ readonly speech?: Uint8Array }> {
  if (say === undefined) return {};
  try {
    return { speech: await toMulaw8k(await readFile(say)) };
  } catch (error) {
    return refuse(field, `${JSON.stringify(say)} cannot be played: ${messageOf(error)}`, error);
  }
}

function refuse(field: string, text: string, cause?: unknown): never {
  throw conformanceError('CONFORMANCE_BAD_PROFILE', `runChecks: profile: ${field}: ${text}`, cause);
}

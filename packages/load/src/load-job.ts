import { readFile } from 'node:fs/promises';
import { defineIntegration, type TlsOptions } from '@hookline/client';
import { joinConnectionUri } from '@hookline/protocol';
import { checkArgument, checkOptionNames, messageOf } from '@hookline/runtime';
import type { Behaviour, CallTarget } from './behaviour.js';
import { type ConversationOptions, checkTurns, conversation, TURNS_NAMES } from './conversation.js';
import { loadError } from './error.js';
import type { LoadPlan } from './plan.js';

/** The target of a load test, with credentials. Plain data, so that it can be sent to another process. */
export interface LoadTarget {
  /** `ws://host/path` or `wss://…`, to which `connectorId` is appended. */
  readonly baseConnectionUri: string;
  /** Default empty. */
  readonly connectorId?: string | undefined;
  readonly apiKey: string;
  /** Signs the upgrade request; base64. Default: unsigned. */
  readonly clientSecret?: string | undefined;
  readonly organizationId?: string | undefined;
  /** Allows `ws:` to a public host. Default false. */
  readonly allowWs?: boolean | undefined;
  readonly tls?: Pick<TlsOptions, 'insecure'> & { readonly ca?: string };
  /** Input variables of every call. Default none. */
  readonly inputs?: Readonly<Record<string, string>> | undefined;
}

/** How the callers talk, as plain data. */
export interface Talk extends Omit<ConversationOptions, 'lines'> {
  /** WAV files with the caller's lines, in order. If empty, the callers are silent. */
  readonly wavs: readonly string[];
}

/** A scenario file that every call runs. If it contains several scenarios, the calls run them in turn. */
export interface ScenarioTalk {
  readonly scenario: string;
  /** A text-to-speech command for its texts, such as `espeak-ng -w {out} {text}`. Default: none. */
  readonly tts?: string;
}

/** Everything that a process needs to make its share of the calls. */
export interface LoadJob {
  readonly plan: LoadPlan;
  readonly target: LoadTarget;
  readonly talk: Talk | ScenarioTalk;
}

/** Converts a `LoadTarget` for use by calls. @throws HooklineError `LOAD_BAD_OPTION` for an unknown field, `CLIENT_BAD_ARGUMENT` for an invalid one */
export function callTarget(target: LoadTarget): CallTarget {
  checkOptionNames<LoadTarget>('LOAD_BAD_OPTION', 'callTarget: target: ', target ?? null, {
    baseConnectionUri: true,
    connectorId: true,
    apiKey: true,
    clientSecret: true,
    organizationId: true,
    allowWs: true,
    tls: true,
    inputs: true,
  });
  const { baseConnectionUri, connectorId = '', apiKey, clientSecret, organizationId, tls } = target;
  const integration = defineIntegration({
    baseConnectionUri,
    apiKey,
    clientSecret: clientSecret ?? null,
    allowWs: target.allowWs === true,
    ...(organizationId === undefined ? {} : { organizationId }),
    ...(tls === undefined ? {} : { tls }),
  });
  return { integration, connectorId, inputs: target.inputs ?? {} };
}

/** The URL for reports, without the query, which may hold a token. */
export function reportedUrl({ baseConnectionUri, connectorId = '' }: LoadTarget): string {
  return joinConnectionUri(baseConnectionUri, connectorId).replace(/\?.*$/, '');
}

/**
 * Checks what only code without types gets wrong. The files are checked when they are read.
 *
 * @param where - the argument: `'runLoad: talk'`
 * @throws HooklineError `LOAD_BAD_OPTION` naming the field
 */
export function checkTalk(where: string, talk: Talk | ScenarioTalk): void {
  checkArgument('LOAD_BAD_OPTION', where, talk, 'object');
  if ('scenario' in talk) {
    checkOptionNames<ScenarioTalk>('LOAD_BAD_OPTION', `${where}: `, talk, { scenario: true, tts: true });
    checkArgument('LOAD_BAD_OPTION', `${where}.scenario`, talk.scenario, 'path');
    return;
  }
  checkOptionNames<Talk>('LOAD_BAD_OPTION', `${where}: `, talk, { wavs: true, ...TURNS_NAMES });
  checkArgument('LOAD_BAD_OPTION', `${where}.wavs`, talk.wavs, 'list');
  checkTurns(`${where}.`, talk);
}

/**
 * Creates the behaviour that `talk` describes. Each file is read once, regardless of the number of calls.
 *
 * @throws HooklineError `LOAD_BAD_OPTION` naming the field, `LOAD_BAD_FILE` for a WAV file, `SCENARIO_BAD_FILE`, `SCENARIO_BAD_OPTION` for `tts`
 */
export async function behaviourOf(talk: Talk | ScenarioTalk): Promise<Behaviour> {
  checkTalk('behaviourOf: talk', talk);
  if ('scenario' in talk) return scenarioBehaviour(talk);
  // Loaded on demand: it loads WebAssembly.
  const { toMulaw8k } = await import('@hookline/audio/resample');
  const { wavs, ...options } = talk;
  const lines = await Promise.all(
    wavs.map(async (path) => {
      try {
        return await toMulaw8k(await readFile(path));
      } catch (error) {
        throw loadError('LOAD_BAD_FILE', `${path} cannot be played: ${messageOf(error)}`, error);
      }
    }),
  );
  return conversation({ ...options, lines });
}

async function scenarioBehaviour({ scenario: file, tts }: ScenarioTalk): Promise<Behaviour> {
  const { loadScenarios, runScenario } = await import('@hookline/scenario');
  const scenarios = await loadScenarios(file, tts === undefined ? {} : { speech: { command: tts } });
  return async ({ integration, connectorId, inputs }, { index, measured }) => {
    const scenario = scenarios[index % scenarios.length];
    if (!scenario) throw new Error(`${file} contains no scenario`);
    const { clock, sink, signal, ...options } = measured;
    const action = { connectorId, inputs, ...options };
    const { result, failure } = await runScenario(scenario, { integration, action, clock, sink, signal });
    if (!failure) return { result, isExpected: true };
    // A call that failed although the scenario expects no failure fails as it would without a scenario.
    const expectsFailure = scenario.end.path === 'failure';
    if (result.path === 'failure' && !expectsFailure) return { result };
    return { result, problem: `${failure.text}: expected ${failure.expected}; got ${failure.got}` };
  };
}

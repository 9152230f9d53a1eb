import { type ClientParameters, FRAME_MS, type MediaParameter, PCMU_EXTERNAL } from '@hookline/protocol';
import { messageOf } from '@hookline/runtime';
import type { Cause } from '../outcome/causes.js';
import type { MediaOptions } from '../session/options.js';
import { checkCallOptions } from './check-options.js';
import { checkSignature } from './check-style.js';
import { connectionUrl } from './connection-url.js';
import { evaluate, isDynamic } from './expression.js';
import { evaluateInputs } from './inputs.js';
import { type IntegrationSettings, settingsOf } from './integration.js';
import { openFault, openParameters } from './open-parameters.js';
import type { CallAudioConnectorOptions } from './options.js';
import { withDefaults } from './snapshot.js';
import { keyWarning } from './warnings.js';

/** A checked action with evaluated expressions. */
export interface PreparedAction {
  readonly settings: IntegrationSettings;
  readonly sessionId: string;
  readonly correlationId: string;
  readonly conversationId: string;
  readonly url: string;
  readonly media: Required<MediaOptions>;
  readonly offers: readonly MediaParameter[];
  readonly open: ClientParameters<'open'>;
  readonly ownWarnings: readonly string[];
  /** The reason why the bot is not dialled. */
  readonly refusal: { readonly cause: Cause; readonly text: string } | undefined;
}

/**
 * Checks an action and evaluates its expressions.
 *
 * @throws HooklineError `CLIENT_BAD_ARGUMENT` naming the field
 */
export function prepare(options: CallAudioConnectorOptions): PreparedAction {
  checkCallOptions(options);
  const settings = settingsOf(options.integration);
  const { sessionId = crypto.randomUUID(), correlationId = sessionId, wireStyle: style = {} } = options;
  const conversation = { ...options.conversation, id: options.conversation?.id ?? crypto.randomUUID() };
  const media: Required<MediaOptions> = withDefaults<Required<MediaOptions>>(
    { format: 'PCMU', byteOrder: 'le', frameMs: FRAME_MS, firstFrameAtOnce: false },
    options.media,
  );
  const channels: MediaParameter['channels'] =
    options.internalAudio === undefined ? PCMU_EXTERNAL.channels : ['external', 'internal'];
  const offers: readonly MediaParameter[] = [{ ...PCMU_EXTERNAL, format: media.format, channels }];
  const target = targetOf(options, settings);
  checkSignature(target.url, settings, { sessionId, correlationId }, style);
  const inputs = evaluateInputs(options.inputs);
  const open = openParameters({
    settings,
    conversation,
    style,
    offers,
    inputVariables: inputs.variables,
    supportedLanguages: options.supportedLanguages ?? false,
  });
  const fault = openFault(sessionId, open);
  if (fault && !hasDynamicInputs(options)) throw fault;
  const problem = target.problem ?? inputs.problem ?? fault?.message;
  return {
    settings,
    sessionId,
    correlationId,
    conversationId: conversation.id,
    url: target.url,
    media,
    offers,
    open,
    ownWarnings: [...keyWarning(settings.apiKey), ...inputs.ownWarnings],
    refusal: refusalOf(settings, problem),
  };
}

function refusalOf(
  { enabled, featureEnabled }: IntegrationSettings,
  problem: string | undefined,
): PreparedAction['refusal'] {
  if (!featureEnabled) return { cause: 'feature-not-enabled', text: 'featureEnabled is false' };
  if (!enabled) return { cause: 'integration-disabled', text: 'the integration is disabled' };
  if (problem !== undefined) return { cause: 'invalid-action', text: problem };
  return undefined;
}

function targetOf(
  { connectorId = '' }: CallAudioConnectorOptions,
  { baseConnectionUri, join, allowWs }: IntegrationSettings,
): { readonly url: string; readonly problem?: string } {
  const evaluated = evaluate('connectorId', connectorId);
  if ('problem' in evaluated) return { url: baseConnectionUri, problem: evaluated.problem };
  try {
    return { url: connectionUrl(baseConnectionUri, evaluated.text, join, allowWs) };
  } catch (error) {
    if (!isDynamic(connectorId)) throw error;
    return { url: baseConnectionUri, problem: messageOf(error) };
  }
}

function hasDynamicInputs({ inputs = [] }: CallAudioConnectorOptions): boolean {
  const values = Array.isArray(inputs) ? inputs.map(([, value]) => value) : Object.values(inputs);
  return values.some(isDynamic);
}

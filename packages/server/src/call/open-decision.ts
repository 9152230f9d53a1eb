import {
  type ClientMessageOf,
  chooseMedia,
  describe,
  isProbe,
  MEDIA_RATE,
  type MediaParameter,
} from '@hookline/protocol';
import type { CallFacts } from '../session/call-facts.js';
import type { Ending } from '../session/machine.js';
import type { LiveCall } from './live-call.js';
import type { Route } from './route.js';
import type { CheckedVariables, VariableFault } from './variable-schemas.js';
import { checkedInputs, namesOf, readInputs } from './variables.js';

type OpenParameters = ClientMessageOf<'open'>['parameters'];

/** The answer to `open`. */
export type OpenAnswer =
  /** A connection probe: `opened`, without a call to the bot. */
  | { readonly as: 'probe'; readonly media: MediaParameter | undefined }
  /** A call: `opened`; `inputs` are the input variables as returned by the bot's schema. */
  | { readonly as: 'call'; readonly media: MediaParameter; readonly inputs: LiveCall['inputs'] }
  /** A refusal: `disconnect`; `logged` is its `info` without personal data, for the log. */
  | { readonly as: 'refused'; readonly ending: Ending; readonly logged: string }
  /** A schema of the bot threw `error`. */
  | { readonly as: 'crashed'; readonly error: unknown };

/**
 * Decides how to answer `open`: checks the organization, whether it is a connection probe, the offered media, whether
 * there is a bot, and the inputs against the bot's schema.
 *
 * @param route - the bot for the call; undefined if there is none
 */
export function answerOpen(
  parameters: OpenParameters,
  facts: Pick<CallFacts, 'organizationId' | 'connectorId'>,
  route: Route | undefined,
): OpenAnswer {
  const { organizationId } = facts;
  // AC-AUTH-5
  if (organizationId !== '' && parameters.organizationId.toLowerCase() !== organizationId.toLowerCase()) {
    const info = 'organizationId is not the Audiohook-Organization-Id of the request';
    return { as: 'refused', ending: { end: 'unauthorized', reason: 'unauthorized', info }, logged: info };
  }
  const media = chooseMedia(parameters.media);
  // AC-PROBE-3, AC-PROBE-5
  if (isProbe(parameters)) return { as: 'probe', media };
  // AC-MEDIA-5
  if (!media) return refused(mediaFault(parameters.media));
  if (!route) {
    return refused(
      facts.connectorId === ''
        ? 'no Connector ID: set it in the Call Audio Connector action'
        : `no bot for Connector ID ${describe(facts.connectorId)}`,
    );
  }
  const inputs = readInputs(parameters.inputVariables);
  let checked: CheckedVariables;
  try {
    checked = route.checkInputs?.check(inputs) ?? { value: inputs };
    if ('value' in checked) return { as: 'call', media, inputs: checkedInputs(checked.value) };
  } catch (error) {
    // A schema may run code of the bot.
    return { as: 'crashed', error };
  }
  return refusedInputs(checked.fault, inputs);
}

function refusedInputs(
  { name, got, expected, logged = expected }: VariableFault,
  inputs: Readonly<Record<string, string>>,
): OpenAnswer {
  if (name === undefined) {
    const variables = `the input variables (${namesOf(inputs)}) do not match the schema`;
    return refused(`${variables}: ${expected}`, `${variables}: expected ${logged}`);
  }
  const variable = `input variable ${describe(name)}`;
  return refused(`${variable} is ${got}; expected ${expected}`, `${variable}: expected ${logged}`);
}

function refused(info: string, logged = info): OpenAnswer {
  return { as: 'refused', ending: { end: 'failed', reason: 'error', info }, logged };
}

/** The maximum number of offers that an error message describes; a client may send any number. */
const MAX_NAMED_OFFERS = 3;

/** Describes why none of the offers is supported. */
function mediaFault(offers: OpenParameters['media']): string {
  if (offers.length === 0) return 'no media was offered; expected PCMU or L16 at 8000 Hz';
  const faults = offers.slice(0, MAX_NAMED_OFFERS).map(offerFault);
  return `no offered media is supported: ${[...new Set(faults)].join('; ')}`;
}

function offerFault({ type, format, rate, channels }: OpenParameters['media'][number]): string {
  if (type !== 'audio') return `type is ${describe(type)}; expected "audio"`;
  if (format !== 'PCMU' && format !== 'L16') return `format is ${describe(format)}; expected PCMU or L16`;
  if (rate !== MEDIA_RATE) return `rate is ${rate}; expected ${MEDIA_RATE}`;
  const given = channels.slice(0, MAX_NAMED_OFFERS).map((channel) => describe(channel));
  return `channels are [${given.join(', ')}]; expected external, internal or both`;
}

import {
  describe,
  durationToMs,
  isLanguageTag,
  type MediaParameter,
  type ServerMessageOf,
  sameMedia,
} from '@hookline/protocol';
import type { Effect, Step } from '../effects.js';
import { failWithError } from '../ending.js';
import type { SessionRules } from '../rules.js';
import type { Opening, SessionState } from '../states.js';

type Opened = ServerMessageOf<'opened'>;

/** Positions are limited to 2^53 ns, like all durations: this leaves days for the rest of the call. (AC-DUR-1) */
const MAX_DISCARD_TO_MS = 100 * 24 * 3_600_000;

/** `opened`: the media must be one of the offers, unchanged, or none. (AC-OPEN-4) */
export function onOpened(state: Opening, message: Opened, rules: SessionRules): Step<SessionState> {
  const { media, startPaused = false, discardTo } = message.parameters;
  const fault = mediaFault(media, rules.offers);
  if (fault !== undefined) {
    return failWithError(state, { code: 400, clause: 'AC-OPEN-4', text: fault, cause: 'bad-opened' });
  }
  const discardMs = discardTo ? (durationToMs(discardTo) ?? 0) : 0;
  if (discardMs > MAX_DISCARD_TO_MS) {
    const text = `opened has discardTo ${describe(discardTo)}, beyond any position of a call; expected at most 100 days`;
    return failWithError(state, { code: 400, clause: 'AC-DUR-1', text, cause: 'bad-opened' });
  }
  const selected = media[0];
  const paused = startPaused || state.held;
  return [
    { name: 'open', media: selected, holders: { client: state.held, server: startPaused } },
    [
      ...deviations(message, rules),
      { do: 'disarm', timer: 'opened' },
      { do: 'arm', timer: 'ping' },
      { do: 'arm', timer: 'maxDuration' },
      {
        do: 'startMedia',
        media: selected,
        discardMs,
        paused,
      },
      ...(state.held ? [{ do: 'holdPlayback' } as const] : []),
      // AC-PAUSE-6
      ...(paused ? [{ do: 'send', message: { type: 'paused', parameters: {} } } as const] : []),
    ],
  ];
}

function mediaFault(media: readonly MediaParameter[], offers: readonly MediaParameter[]): string | undefined {
  const [selected] = media;
  if (selected === undefined) return undefined;
  if (media.length > 1) return `opened selects ${media.length} media; expected exactly one of the offers`;
  if (offers.some((offer) => sameMedia(offer, selected))) return undefined;
  // Only the fields of the protocol, because additional fields may have any size and depth.
  const { type, format, channels, rate } = selected;
  return `opened selects ${JSON.stringify({ type, format, channels, rate })}, which was not offered; expected one of ${JSON.stringify(offers)}, unchanged`;
}

/**
 * Deviations that do not fail a call, because no source says that Genesys Cloud refuses them in calls. Of the first two,
 * reports say that they made a probe fail.
 */
function deviations({ seq, parameters }: Opened, rules: SessionRules): Effect[] {
  const effects: Effect[] = [];
  if (seq !== 1) {
    effects.push({
      do: 'warn',
      clause: 'AC-OPEN-6',
      text: `opened has seq ${seq}; expected 1, because it must be the first message`,
    });
  }
  if (parameters.startPaused === undefined) {
    effects.push({
      do: 'warn',
      clause: 'AC-OPEN-5',
      text: 'opened has no startPaused; a probe was reported to fail because of this, so always send it',
    });
  }
  if (parameters.supportedLanguages !== undefined) {
    if (rules.asksForLanguages) {
      const languages = parameters.supportedLanguages;
      effects.push({ do: 'keepLanguages', languages });
      const odd = languages.find((language) => !isLanguageTag(language));
      if (odd !== undefined) {
        effects.push({
          do: 'warn',
          text: `opened lists ${describe(odd)} in supportedLanguages; expected BCP 47 language tags, such as en-US`,
        });
      }
    } else {
      effects.push({
        do: 'warn',
        clause: 'AC-OPEN-11',
        text: 'opened lists supportedLanguages, which open did not ask for',
      });
    }
  }
  return effects;
}

import type { AudioRules, EventExpectation, Expectation, FactRule } from '../scenario.js';
import { EVENTS, isScenarioEventName } from '../schema/parts.js';
import { type Fields, fieldsOf } from './fields.js';

/** The default of `at_least` in `sounds_like`. */
const DEFAULT_SIMILARITY = 0.8;

/** Reads a checked expectation. `audio` returns the bytes of a file it names, 8 kHz µ-law. */
export function readExpectation(value: unknown, audio: (file: string) => Uint8Array): Expectation {
  const fields = fieldsOf(value);
  if (fields.names.includes('audio')) return { kind: 'audio', rules: audioRules(fields.map('audio'), audio) };
  if (fields.names.includes('absent')) {
    return { kind: 'absent', event: readEvent(fields.raw('absent')), forMs: fields.ms('for') ?? 0 };
  }
  return readEvent(value);
}

/** Reads a checked event. */
export function readEvent(value: unknown): EventExpectation {
  const named = typeof value === 'string' ? value : fieldsOf(value).text('event');
  if (named !== undefined) {
    return { kind: 'event', name: isScenarioEventName(named) ? EVENTS[named] : 'ended', facts: [] };
  }
  const fields = fieldsOf(value);
  const [form = ''] = fields.names;
  const of = fields.map(form);
  switch (form) {
    case 'turn':
      return event('turn', [
        ...match(of, 'disposition'),
        ...match(of, 'text'),
        ...range(of, 'confidence', 'confidence', 'share'),
      ]);
    case 'playback':
      return event('playbackCompleted', [
        ...match(of, 'ended'),
        ...range(of, 'heard', 'heardMs', 'duration'),
        ...range(of, 'dropped', 'droppedMs', 'duration'),
      ]);
    case 'error': {
      const code = of.number('code');
      const codes: readonly FactRule[] =
        code === undefined
          ? []
          : [{ fact: 'code', text: { text: String(code), matches: (text) => text === String(code) } }];
      return event('error', [...codes, ...match(of, 'message')]);
    }
    case 'disconnect':
      return event('disconnect', [...match(of, 'reason'), ...match(of, 'info')]);
    case 'reply':
      return event('reply', range(fields, 'reply', 'replyMs', 'duration', true));
    default:
      return event('pong', range(fields, 'ping_rtt', 'rttMs', 'duration'));
  }
}

function event(name: EventExpectation['name'], facts: readonly FactRule[]): EventExpectation {
  return { kind: 'event', name, facts };
}

function match(fields: Fields, fact: string): readonly FactRule[] {
  const text = fields.match(fact);
  return text === undefined ? [] : [{ fact, text }];
}

function range(
  fields: Fields,
  name: string,
  fact: string,
  unit: 'duration' | 'share',
  isDecisive = false,
): readonly FactRule[] {
  const found = fields.range(name, unit);
  return found === undefined
    ? []
    : [{ fact, range: found, unit: unit === 'duration' ? 'ms' : '', isDecisive: isDecisive }];
}

function audioRules(fields: Fields, audio: (file: string) => Uint8Array): AudioRules {
  const similarFile = fields.text('sounds_like') ?? fields.map('sounds_like').text('file');
  const tone = fields.number('tone');
  const ranges = {
    speech: fields.range('speech', 'duration'),
    silence: fields.range('silence', 'duration'),
    gaps: fields.range('gaps', 'duration'),
    duration: fields.range('duration', 'duration'),
    level: fields.range('level', 'level'),
  };
  return {
    ...Object.fromEntries(Object.entries(ranges).filter(([, found]) => found !== undefined)),
    ...(tone === undefined ? {} : { tone }),
    ...(similarFile === undefined
      ? {}
      : {
          soundsLike: {
            file: similarFile,
            audio: audio(similarFile),
            atLeast: fields.map('sounds_like').number('at_least') ?? DEFAULT_SIMILARITY,
          },
        }),
  };
}

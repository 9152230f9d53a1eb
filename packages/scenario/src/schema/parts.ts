import { CAUSES, type CallEventName } from '@hookline/client';
import { type SchemaOptions, type TSchema, Type } from '@sinclair/typebox';
import { DURATION_PATTERN } from '../values/duration.js';
import { MOMENT_PATTERN } from '../values/moment.js';
import { type RangeUnit, rangePattern } from '../values/range.js';

/** Facts for the checker beyond JSON Schema; not part of the published schema. */
export interface PartFacts {
  /** The expected value, for messages. */
  readonly expects: string;
  /** An example, as it is written in YAML. */
  readonly example?: string;
  /** A check that a pattern cannot express. */
  readonly check?:
    | 'regex'
    | 'text'
    | 'audioFile'
    | 'spokenText'
    | 'dataFile'
    | 'moment'
    | 'language'
    | 'duration'
    | `${RangeUnit}Range`;
}

/** The keys of `PartFacts`. */
export const PART_FACTS: readonly string[] = ['expects', 'example', 'check'];

const string = (facts: PartFacts & SchemaOptions & { pattern?: string; minLength?: number }) =>
  Type.String({ ...facts });

/** The events of a call, by their name in scenario files. */
export const EVENTS = {
  opened: 'opened',
  playback_started: 'playbackStarted',
  playback_completed: 'playbackCompleted',
  barge_in: 'bargeIn',
  turn: 'turn',
  reply: 'reply',
  paused: 'paused',
  resumed: 'resumed',
  error: 'error',
  warning: 'warning',
  disconnect: 'disconnect',
  ended: 'ended',
} as const satisfies Readonly<Record<string, CallEventName>>;

export type ScenarioEventName = keyof typeof EVENTS;

export const SCENARIO_EVENT_NAMES: readonly string[] = Object.keys(EVENTS);

export const isScenarioEventName = (text: string): text is ScenarioEventName => Object.hasOwn(EVENTS, text);

export const oneOf = (values: readonly string[], description?: string) =>
  Type.Union(
    values.map((value) => Type.Literal(value)),
    { expects: `one of ${values.join(', ')}`, ...(description === undefined ? {} : { description }) },
  );

/** A time. */
export const Duration = (description: string) =>
  string({
    pattern: `^${DURATION_PATTERN}$`,
    description,
    expects: 'a time with its unit: 500ms, 1.5s or 2m',
    example: '2s',
    check: 'duration',
  });

const RANGE_EXAMPLES: Readonly<Record<RangeUnit, readonly [expects: string, example: string]>> = {
  duration: ['a comparison of times: ">= 400ms", "< 2s" or 1s..2s', '">= 400ms"'],
  level: ['a comparison of levels: ">= -30dB" or -30dB..-6dB', '">= -30dB"'],
  share: ['a comparison of numbers: ">= 0.5" or 0..0.5', '">= 0.5"'],
};

/** A comparison. */
export const Comparison = (unit: RangeUnit, description: string) => {
  const [expects, example] = RANGE_EXAMPLES[unit];
  return string({ pattern: rangePattern(unit), description, expects, example, check: `${unit}Range` });
};

const pattern = (word: string, check?: 'regex') =>
  Type.Object(
    { [word]: string({ expects: 'a string', example: '"friday"', ...(check ? { check } : {}) }) },
    { additionalProperties: false },
  );

/** A text condition: the exact text, `/pattern/flags`, or a long form. */
export const Text = (description: string) =>
  Type.Union(
    [
      string({ expects: 'a string, or /pattern/i', example: '"friday"', check: 'text' }),
      pattern('contains'),
      pattern('matches', 'regex'),
      pattern('equals'),
    ],
    { description, expects: 'a string, /pattern/i, or { contains: … }, { matches: … }, { equals: … }' },
  );

/** An object without additional properties. */
export const StrictObject = <Properties extends Record<string, TSchema>>(
  properties: Properties,
  options: SchemaOptions = {},
) => Type.Object(properties, { additionalProperties: false, ...options });

export const EventName = oneOf(SCENARIO_EVENT_NAMES, 'An event of the call.');

const Turn = StrictObject(
  {
    disposition: Type.Optional(oneOf(['no_input', 'no_match', 'match'], 'How the bot classified the turn.')),
    text: Type.Optional(Text('The text of the turn.')),
    confidence: Type.Optional(Comparison('share', 'From 0 to 1.')),
  },
  { expects: 'disposition, text, confidence', description: 'A turn that the bot reports.' },
);

const Playback = StrictObject(
  {
    ended: Type.Optional(oneOf(['completed', 'bargeIn', 'disconnected'], 'How the playback ended.')),
    heard: Type.Optional(Comparison('duration', 'How much of it the caller heard.')),
    dropped: Type.Optional(Comparison('duration', 'How much of it was dropped.')),
  },
  { expects: 'ended, heard, dropped', description: 'The end of a playback of the bot.' },
);

const ErrorSent = StrictObject(
  {
    code: Type.Optional(Type.Integer({ expects: 'a code such as 429', example: '429' })),
    message: Type.Optional(Text('Its message.')),
  },
  { expects: 'code, message', description: 'An `error` that was sent to the bot.' },
);

const Disconnect = StrictObject(
  {
    reason: Type.Optional(oneOf(['completed', 'error', 'unauthorized'], 'Why the bot ends the call.')),
    info: Type.Optional(Text('Its text.')),
  },
  { expects: 'reason, info', description: 'The `disconnect` of the bot.' },
);

/** The forms of an expectation that a single event can meet. */
export const EVENT_FORMS = {
  event: EventName,
  turn: Turn,
  playback: Playback,
  error: ErrorSent,
  disconnect: Disconnect,
  reply: Comparison(
    'duration',
    'The time from the end of the caller’s speech to the first sound of the bot.',
  ),
  ping_rtt: Comparison('duration', 'The round trip of a ping.'),
} as const;

const eventForms = Object.entries(EVENT_FORMS).map(([word, schema]) => StrictObject({ [word]: schema }));

/** An event, by name or with conditions on its properties. */
export const EventForm = Type.Union([EventName, ...eventForms], {
  expects: `an event (${SCENARIO_EVENT_NAMES.join(', ')}), or one of ${Object.keys(EVENT_FORMS).join(', ')} with a condition`,
  example: 'barge_in',
});

export const AudioFile = string({
  minLength: 1,
  description: 'A WAV file, relative to this file.',
  expects: 'the path of a WAV file',
  example: 'audio/hello.wav',
  check: 'audioFile',
});

const Audio = StrictObject(
  {
    speech: Type.Optional(Comparison('duration', 'The total time with sound.')),
    silence: Type.Optional(Comparison('duration', 'The total silence between the first sound and the last.')),
    gaps: Type.Optional(Comparison('duration', 'The longest silence between two sounds.')),
    duration: Type.Optional(Comparison('duration', 'The time from the first sound to the last.')),
    level: Type.Optional(Comparison('level', 'The level without pauses, in dBFS.')),
    tone: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        maximum: 3999,
        description: 'A dominant tone, in Hz.',
        expects: 'a frequency in Hz, below 4000',
        example: '440',
      }),
    ),
    sounds_like: Type.Optional(
      Type.Union(
        [
          AudioFile,
          StrictObject({
            file: AudioFile,
            at_least: Type.Number({
              minimum: 0,
              maximum: 1,
              description: 'The similarity, from 0 to 1; default 0.8.',
              expects: 'a number from 0 to 1',
              example: '0.8',
            }),
          }),
        ],
        {
          description: 'Audio that it must resemble.',
          expects: 'the path of a WAV file, or { file: …, at_least: 0.9 }',
        },
      ),
    ),
  },
  {
    expects: 'speech, silence, gaps, duration, level, tone, sounds_like',
    description: 'The next utterance of the bot.',
    minProperties: 1,
  },
);

/** The forms of an expectation. */
export const ExpectationForm = Type.Union(
  [
    EventName,
    ...eventForms,
    StrictObject({ audio: Audio }),
    StrictObject({ absent: EventForm, for: Duration('How long the event must not happen.') }),
  ],
  {
    expects: `an event (${SCENARIO_EVENT_NAMES.join(', ')}), or one of ${[...Object.keys(EVENT_FORMS), 'audio', 'absent'].join(', ')}`,
    example: 'playback_completed',
  },
);

export const Moment = string({
  pattern: MOMENT_PATTERN,
  description: 'When the action starts: an event, ID.start, ID.end or now, plus an optional time.',
  expects: 'a moment: now, playback_started + 700ms, or ID.end + 1s of a step with that id',
  example: 'playback_started + 700ms',
  check: 'moment',
});

export const Id = string({
  pattern: '^[A-Za-z][\\w-]*$',
  description: 'A name for `at` of other steps.',
  expects: 'a name of letters, digits, - and _',
  example: 'first',
});

export const Language = string({
  description: 'A language tag.',
  expects: 'a language tag such as en-US',
  example: 'en-US',
  check: 'language',
});

export const Cause = oneOf(Object.keys(CAUSES), 'Why the call took the failure path.');

export { string as described };

import { CAUSES, type CallEventName } from '@hookline/client';
import { type SchemaOptions, type TSchema, Type } from '@sinclair/typebox';
import { DURATION_PATTERN } from '../values/duration.js';
import { MOMENT_PATTERN } from '../values/moment.js';
import { type RangeUnit, rangePattern } from '../values/range.js';

/** What the checker knows of a part besides JSON Schema; left out of the published schema. */
export interface PartFacts {
  /** What a message says was expected. */
  readonly expects: string;
  /** An example, as it is written in YAML. */
  readonly example?: string;
  /** A look that no pattern can take. */
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

/** The events of a call, as files name them. */
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

export type EventWord = keyof typeof EVENTS;

export const EVENT_WORDS: readonly string[] = Object.keys(EVENTS);

export const isEventWord = (text: string): text is EventWord => Object.hasOwn(EVENTS, text);

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
    { [word]: string({ expects: 'a text', example: '"friday"', ...(check ? { check } : {}) }) },
    { additionalProperties: false },
  );

/** A text: the very text, `/pattern/flags`, or a long form. */
export const Text = (description: string) =>
  Type.Union(
    [
      string({ expects: 'a text, or /pattern/i', example: '"friday"', check: 'text' }),
      pattern('contains'),
      pattern('matches', 'regex'),
      pattern('equals'),
    ],
    { description, expects: 'a text, /pattern/i, or { contains: … }, { matches: … }, { equals: … }' },
  );

/** What is optional may be left out, and nothing else stands beside. */
export const Closed = <Properties extends Record<string, TSchema>>(
  properties: Properties,
  options: SchemaOptions = {},
) => Type.Object(properties, { additionalProperties: false, ...options });

export const EventName = oneOf(EVENT_WORDS, 'An event of the call.');

const Turn = Closed(
  {
    disposition: Type.Optional(oneOf(['no_input', 'no_match', 'match'], 'What the bot made of the turn.')),
    text: Type.Optional(Text('What the bot says in this turn.')),
    confidence: Type.Optional(Comparison('share', 'From 0 to 1.')),
  },
  { expects: 'disposition, text, confidence', description: 'A turn that the bot reports.' },
);

const Playback = Closed(
  {
    ended: Type.Optional(oneOf(['completed', 'bargeIn', 'disconnected'], 'How it ended.')),
    heard: Type.Optional(Comparison('duration', 'How much of it the caller heard.')),
    dropped: Type.Optional(Comparison('duration', 'How much of it was dropped.')),
  },
  { expects: 'ended, heard, dropped', description: 'The end of something the bot plays.' },
);

const ErrorSent = Closed(
  {
    code: Type.Optional(Type.Integer({ expects: 'a code such as 429', example: '429' })),
    message: Type.Optional(Text('Its message.')),
  },
  { expects: 'code, message', description: 'An `error` that was sent to the bot.' },
);

const Disconnect = Closed(
  {
    reason: Type.Optional(oneOf(['completed', 'error', 'unauthorized'], 'Why the bot ends the call.')),
    info: Type.Optional(Text('Its text.')),
  },
  { expects: 'reason, info', description: 'The `disconnect` of the bot.' },
);

/** The forms of an expectation that one event meets. */
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

const eventForms = Object.entries(EVENT_FORMS).map(([word, schema]) => Closed({ [word]: schema }));

/** An event, by name or with what its facts have to be. */
export const EventForm = Type.Union([EventName, ...eventForms], {
  expects: `an event (${EVENT_WORDS.join(', ')}), or one of ${Object.keys(EVENT_FORMS).join(', ')} with what it has to be`,
  example: 'barge_in',
});

export const AudioFile = string({
  minLength: 1,
  description: 'A WAV file, relative to this file.',
  expects: 'the path of a WAV file',
  example: 'audio/hello.wav',
  check: 'audioFile',
});

const Audio = Closed(
  {
    speech: Type.Optional(Comparison('duration', 'How long it is heard to speak in all.')),
    silence: Type.Optional(
      Comparison('duration', 'How long it is silent in all, between its first sound and its last.'),
    ),
    gaps: Type.Optional(Comparison('duration', 'The longest silence between two sounds.')),
    duration: Type.Optional(Comparison('duration', 'From its first sound to its last.')),
    level: Type.Optional(Comparison('level', 'The level without pauses, in dBFS.')),
    tone: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        maximum: 3999,
        description: 'A tone that stands out, in Hz.',
        expects: 'a frequency in Hz, below 4000',
        example: '440',
      }),
    ),
    sounds_like: Type.Optional(
      Type.Union(
        [
          AudioFile,
          Closed({
            file: AudioFile,
            at_least: Type.Number({
              minimum: 0,
              maximum: 1,
              description: 'How like, from 0 to 1; default 0.8.',
              expects: 'a number from 0 to 1',
              example: '0.8',
            }),
          }),
        ],
        {
          description: 'Audio that it has to be like.',
          expects: 'the path of a WAV file, or { file: …, at_least: 0.9 }',
        },
      ),
    ),
  },
  {
    expects: 'speech, silence, gaps, duration, level, tone, sounds_like',
    description: 'The next thing that the bot says.',
    minProperties: 1,
  },
);

/** The forms of an expectation. */
export const ExpectationForm = Type.Union(
  [
    EventName,
    ...eventForms,
    Closed({ audio: Audio }),
    Closed({ absent: EventForm, for: Duration('How long it must not come.') }),
  ],
  {
    expects: `an event (${EVENT_WORDS.join(', ')}), or one of ${[...Object.keys(EVENT_FORMS), 'audio', 'absent'].join(', ')}`,
    example: 'playback_completed',
  },
);

export const Moment = string({
  pattern: MOMENT_PATTERN,
  description: 'When it begins: an event, ID.start, ID.end or now, and some time after it.',
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

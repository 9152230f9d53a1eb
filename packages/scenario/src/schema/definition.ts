import { ERROR_TYPES } from '@hookline/client';
import { Type } from '@sinclair/typebox';
import {
  AudioFile,
  Cause,
  Comparison,
  Duration,
  described as describedString,
  EventForm,
  ExpectationForm,
  Id,
  Language,
  Moment,
  oneOf,
  StrictObject,
  Text,
} from './parts.js';

const requiredText = (description: string, example: string) =>
  describedString({ minLength: 1, description, expects: 'a string', example });

const timing = { id: Type.Optional(Id), at: Type.Optional(Moment) };

const trueLiteral = (description: string) =>
  Type.Literal(true, { description, expects: 'true', example: 'true' });

const Dtmf = describedString({
  pattern: '^[0-9A-D*#]+$',
  description: 'Keys, in quotes.',
  expects: 'keys of a telephone in quotes: 0 to 9, *, #, A to D',
  example: '"1234#"',
});

const milliseconds = (
  description: string,
  { minimum = 0, maximum }: { minimum?: number; maximum?: number } = {},
) =>
  Type.Number({
    minimum,
    ...(maximum === undefined ? {} : { maximum }),
    description,
    expects:
      maximum === undefined
        ? `milliseconds, ${minimum} or more`
        : `milliseconds from ${minimum} to ${maximum}`,
    example: '200',
  });

/** The longest `retryAfter` that the client sends: 100 days. */
const LONGEST_RETRY_AFTER_MS = 8_640_000_000;

const share = (description: string) =>
  Type.Number({ minimum: 0, maximum: 1, description, expects: 'a share from 0 to 1', example: '0.5' });

const Faults = StrictObject(
  {
    seed: Type.Optional(
      Type.Integer({
        description: 'The same seed gives the same call.',
        expects: 'a whole number',
        example: '7',
      }),
    ),
    jitterMs: Type.Optional(milliseconds('Random delay of each frame.')),
    delayPingsMs: Type.Optional(milliseconds('Delay of each ping.')),
    dropPings: Type.Optional(share('The share of pings that are not sent.')),
    duplicateSeq: Type.Optional(share('The share of messages that repeat the seq of the message before.')),
    rateLimit: Type.Optional(
      StrictObject(
        // As the client: a shorter interval than the resolution of a timer would send without pause.
        {
          everyMs: milliseconds('How often.', { minimum: 1 }),
          retryAfterMs: milliseconds('For how long.', { maximum: LONGEST_RETRY_AFTER_MS }),
        },
        { expects: '{ everyMs: 5000, retryAfterMs: 2000 }' },
      ),
    ),
    discard: Type.Optional(
      StrictObject(
        { atMs: milliseconds('When.'), ms: milliseconds('How much.') },
        { expects: '{ atMs: 1000, ms: 600 }', description: 'Caller audio that is lost.' },
      ),
    ),
    closeMidPlaybackMs: Type.Optional(
      milliseconds('The caller hangs up this long after the bot starts to speak.'),
    ),
    stopReadingAfterMs: Type.Optional(milliseconds('The caller stops reading after this time.')),
    unavailableAfterMs: Type.Optional(milliseconds('The platform gives up after this time.')),
    resetAtByte: Type.Optional(
      Type.Integer({
        minimum: 0,
        description: 'The connection is reset after this many bytes.',
        expects: 'a number of bytes',
        example: '20000',
      }),
    ),
  },
  { description: 'Faults of the network or the platform.', expects: 'seed, jitterMs, delayPingsMs, …' },
);

const Expect = StrictObject(
  {
    expect: ExpectationForm,
    within: Type.Optional(Duration('How long to wait, from the end of the last action.')),
    from: Type.Optional(
      oneOf(
        ['start', 'end'],
        'Whether `within` counts from the start or the end of the last action; default end.',
      ),
    ),
    optional: Type.Optional(
      Type.Boolean({
        description: 'Whether the scenario continues if the expectation is not met.',
        expects: 'true or false',
        example: 'true',
      }),
    ),
    id: Type.Optional(Id),
  },
  { description: 'Waits until the bot meets an expectation.' },
);

const Speech = Type.Union(
  [
    AudioFile,
    StrictObject(
      {
        text: describedString({
          minLength: 1,
          description: 'A text that the command given with --tts synthesizes.',
          expects: 'a string',
          example: '"a table for two"',
          check: 'spokenText',
        }),
      },
      { description: 'A text in place of a file.' },
    ),
  ],
  { expects: 'the path of a WAV file, or { text: … }', example: 'audio/hello.wav' },
);

/** The actions, by their key. */
export const ACTIONS = {
  say: StrictObject(
    { say: Speech, ...timing },
    { description: 'Plays a WAV file or speaks a text once the bot has fallen silent.' },
  ),
  silence: StrictObject(
    { silence: Duration('How long.'), ...timing },
    { description: 'Sends silence for this long.' },
  ),
  tone: StrictObject(
    {
      tone: StrictObject(
        {
          hz: Type.Integer({
            minimum: 1,
            maximum: 3999,
            description: 'In Hz.',
            expects: 'a whole number of Hz, below 4000',
            example: '440',
          }),
          for: Duration('How long.'),
        },
        { expects: '{ hz: 440, for: 2s }' },
      ),
      ...timing,
    },
    { description: 'Sends a tone.' },
  ),
  dtmf: StrictObject(
    {
      dtmf: Dtmf,
      gap: Type.Optional(Duration('From the start of a key to the start of the next; default 200ms.')),
      ...timing,
    },
    { description: 'Presses keys.' },
  ),
  hangup: StrictObject({ hangup: trueLiteral('Hangs up.'), ...timing }),
  pause: StrictObject({ pause: trueLiteral('Puts the call on hold.'), ...timing }),
  resume: StrictObject({ resume: trueLiteral('Ends the hold.'), ...timing }),
  language: StrictObject(
    { language: Language, ...timing },
    { description: 'Changes the language of the call.' },
  ),
  wait: StrictObject(
    { wait: Duration('How long.'), id: Type.Optional(Id) },
    { description: 'Waits unconditionally.' },
  ),
} as const;

const Step = Type.Union(
  [
    oneOf(['hangup', 'pause', 'resume'], 'An action without further keys.'),
    ...Object.values(ACTIONS),
    Expect,
    StrictObject(
      {
        parallel: Type.Array(Expect, { minItems: 1, expects: 'a list of expect steps' }),
        id: Type.Optional(Id),
      },
      { description: 'Expectations that may be met in any order.' },
    ),
    StrictObject(
      { log: requiredText('A line for the report.', '"now the order"') },
      { description: 'Writes a line into the report.' },
    ),
    StrictObject(
      { use: requiredText('A file with one scenario, relative to this file.', 'login.call.yaml') },
      { description: 'The steps of another file, in place of this one.' },
    ),
  ],
  {
    expects: `one of ${[...Object.keys(ACTIONS), 'expect', 'parallel', 'log', 'use'].join(', ')}`,
    example: 'say: audio/hello.wav',
  },
);

const textRecord = (description: string, expects: string) =>
  Type.Record(Type.String(), describedString({ expects: 'a string in quotes', example: '"42"' }), {
    description,
    expects,
  });

const Call = StrictObject(
  {
    connectorId: Type.Optional(requiredText('Appended to the base connection URI.', 'book')),
    language: Type.Optional(Language),
    inputs: Type.Optional(textRecord('Input variables.', 'names with texts')),
    outputs: Type.Optional(
      Type.Array(requiredText('The name of an output.', 'partySize'), {
        description: 'Declared outputs. Default: all outputs are accepted.',
        expects: 'a list of names',
      }),
    ),
    ani: Type.Optional(requiredText('The caller’s number.', '"+15551230001"')),
    aniName: Type.Optional(requiredText('The caller’s name.', 'Ann')),
    dnis: Type.Optional(requiredText('The number that was called.', '"+18005550100"')),
    faults: Type.Optional(Faults),
  },
  {
    description: 'The input of the Call Audio Connector action.',
    expects: 'connectorId, inputs, language, …',
  },
);

const Defaults = StrictObject(
  {
    within: Type.Optional(Duration('How long an expectation without `within` waits; default 10s.')),
    turnGap: Type.Optional(
      Duration('How long the bot must have been silent before the caller speaks; default 700ms.'),
    ),
  },
  { description: 'Defaults for all steps.', expects: 'within, turnGap' },
);

const End = StrictObject(
  {
    path: Type.Optional(oneOf(['success', 'failure', 'disconnected'], 'The path that the flow must take.')),
    cause: Type.Optional(Cause),
    errorType: Type.Optional(Text(`A failure output: ${ERROR_TYPES.join(', ')}.`)),
    errorMessage: Type.Optional(Text('A failure output.')),
    outputs: Type.Optional(
      Type.Record(Type.String(), Text('The value.'), {
        description: 'Outputs that the bot must return.',
        expects: 'names with texts',
        example: '{ day: "12" }',
      }),
    ),
    undeclaredOutputs: Type.Optional(
      oneOf(
        ['error', 'ignore'],
        'What to do with outputs that are named neither here nor in `call`; default ignore.',
      ),
    ),
    reply: Type.Optional(Comparison('duration', 'The range of every reply time of the call.')),
    within: Type.Optional(Duration('How long the call may continue after the last step; default 10s.')),
    never: Type.Optional(
      Type.Array(EventForm, {
        description: 'Events that must not happen during the call.',
        expects: 'a list of events',
      }),
    ),
  },
  {
    description: 'The expected end of the call.',
    expects: 'path, outputs, …',
    example: '{ path: success }',
  },
);

/** A scenario: one document of a `*.call.yaml` file. */
export const ScenarioForm = StrictObject(
  {
    version: Type.Literal(1, { description: 'The version of this format.', expects: '1', example: '1' }),
    name: requiredText('A name for reports.', 'books a table'),
    tags: Type.Optional(
      Type.Array(requiredText('A tag.', 'smoke'), { description: 'For --tag.', expects: 'a list of words' }),
    ),
    data: Type.Optional(
      describedString({
        minLength: 1,
        description: 'A CSV file: the call is made once for each row, with each row.COLUMN filled in.',
        expects: 'the path of a CSV file',
        example: 'cases.csv',
        check: 'dataFile',
      }),
    ),
    call: Type.Optional(Call),
    defaults: Type.Optional(Defaults),
    steps: Type.Array(Step, { description: 'What happens, in order.', expects: 'a list of steps' }),
    end: Type.Optional(End),
  },
  {
    expects: 'version, name, steps, …',
    example: 'version: 1, then name: and steps: on lines of their own',
    description: 'A call: what the caller does, and what the bot must do.',
  },
);

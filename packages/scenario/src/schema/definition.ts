import { ERROR_TYPES } from '@hookline/client';
import { Type } from '@sinclair/typebox';
import {
  AudioFile,
  Cause,
  Closed,
  Comparison,
  Duration,
  described,
  EventForm,
  ExpectationForm,
  Id,
  Language,
  Moment,
  oneOf,
  Text,
} from './parts.js';

const word = (description: string, example: string) =>
  described({ minLength: 1, description, expects: 'a text', example });

const timing = { id: Type.Optional(Id), at: Type.Optional(Moment) };

const yes = (description: string) => Type.Literal(true, { description, expects: 'true', example: 'true' });

const Dtmf = described({
  pattern: '^[0-9A-D*#]+$',
  description: 'Keys, in quotes.',
  expects: 'keys of a telephone in quotes: 0 to 9, *, #, A to D',
  example: '"1234#"',
});

const ms = (description: string) =>
  Type.Number({ minimum: 0, description, expects: 'milliseconds, 0 or more', example: '200' });

const share = (description: string) =>
  Type.Number({ minimum: 0, maximum: 1, description, expects: 'a share from 0 to 1', example: '0.5' });

const Faults = Closed(
  {
    seed: Type.Optional(
      Type.Integer({
        description: 'The same seed gives the same call.',
        expects: 'a whole number',
        example: '7',
      }),
    ),
    jitterMs: Type.Optional(ms('Random delay of each frame.')),
    delayPingsMs: Type.Optional(ms('Delay of each ping.')),
    dropPings: Type.Optional(share('The share of pings that are not sent.')),
    duplicateSeq: Type.Optional(share('The share of messages that repeat the seq of the message before.')),
    rateLimit: Type.Optional(
      Closed(
        { everyMs: ms('How often.'), retryAfterMs: ms('For how long.') },
        { expects: '{ everyMs: 5000, retryAfterMs: 2000 }' },
      ),
    ),
    discard: Type.Optional(
      Closed(
        { atMs: ms('When.'), ms: ms('How much.') },
        { expects: '{ atMs: 1000, ms: 600 }', description: 'Caller audio that is lost.' },
      ),
    ),
    closeMidPlaybackMs: Type.Optional(ms('The connection is gone so long after the bot began to speak.')),
    stopReadingAfterMs: Type.Optional(ms('Nothing is read after this.')),
    unavailableAfterMs: Type.Optional(ms('The platform gives up after this.')),
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

const Expect = Closed(
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
        description: 'Whether the call goes on where it is not met.',
        expects: 'true or false',
        example: 'true',
      }),
    ),
    id: Type.Optional(Id),
  },
  { description: 'Waits for something of the bot.' },
);

const Speech = Type.Union(
  [
    AudioFile,
    Closed(
      {
        text: described({
          minLength: 1,
          description: 'Words that the command given with --tts speaks.',
          expects: 'a text',
          example: '"a table for two"',
          check: 'spokenText',
        }),
      },
      { description: 'Words in place of a file.' },
    ),
  ],
  { expects: 'the path of a WAV file, or { text: … }', example: 'audio/hello.wav' },
);

/** The actions by the key that tells which it is. */
export const ACTIONS = {
  say: Closed(
    { say: Speech, ...timing },
    { description: 'Says a WAV file or a text, once the bot has fallen silent.' },
  ),
  silence: Closed(
    { silence: Duration('How long.'), ...timing },
    { description: 'Says nothing for so long.' },
  ),
  tone: Closed(
    {
      tone: Closed(
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
    { description: 'Says a tone.' },
  ),
  dtmf: Closed(
    {
      dtmf: Dtmf,
      gap: Type.Optional(Duration('From the start of a key to the start of the next; default 200ms.')),
      ...timing,
    },
    { description: 'Presses keys.' },
  ),
  hangup: Closed({ hangup: yes('Hangs up.'), ...timing }),
  pause: Closed({ pause: yes('Puts the call on hold.'), ...timing }),
  resume: Closed({ resume: yes('Ends the hold.'), ...timing }),
  language: Closed({ language: Language, ...timing }, { description: 'Tells the bot of another language.' }),
  wait: Closed(
    { wait: Duration('How long.'), id: Type.Optional(Id) },
    { description: 'Waits, whatever happens.' },
  ),
} as const;

const Step = Type.Union(
  [
    oneOf(['hangup', 'pause', 'resume'], 'An action that needs nothing more.'),
    ...Object.values(ACTIONS),
    Expect,
    Closed(
      {
        parallel: Type.Array(Expect, { minItems: 1, expects: 'a list of expect steps' }),
        id: Type.Optional(Id),
      },
      { description: 'Expectations whose order is not known.' },
    ),
    Closed(
      { log: word('A line for the report.', '"now the order"') },
      { description: 'Writes a line into the report.' },
    ),
    Closed(
      { use: word('A file with one scenario, relative to this file.', 'login.call.yaml') },
      { description: 'The steps of another file, in place of this one.' },
    ),
  ],
  {
    expects: `one of ${[...Object.keys(ACTIONS), 'expect', 'parallel', 'log', 'use'].join(', ')}`,
    example: 'say: audio/hello.wav',
  },
);

const texts = (description: string, expects: string) =>
  Type.Record(Type.String(), described({ expects: 'a text in quotes', example: '"42"' }), {
    description,
    expects,
  });

const Call = Closed(
  {
    connectorId: Type.Optional(word('Appended to the base connection URI.', 'book')),
    language: Type.Optional(Language),
    inputs: Type.Optional(texts('Input variables.', 'names with texts')),
    outputs: Type.Optional(
      Type.Array(word('The name of an output.', 'partySize'), {
        description: 'Declared outputs; none declared takes all.',
        expects: 'a list of names',
      }),
    ),
    ani: Type.Optional(word('The caller’s number.', '"+15551230001"')),
    aniName: Type.Optional(word('The caller’s name.', 'Ann')),
    dnis: Type.Optional(word('The number that was called.', '"+18005550100"')),
    faults: Type.Optional(Faults),
  },
  {
    description: 'What the Call Audio Connector action is given.',
    expects: 'connectorId, inputs, language, …',
  },
);

const Defaults = Closed(
  {
    within: Type.Optional(Duration('How long an expectation waits that says nothing itself; default 10s.')),
    turnGap: Type.Optional(
      Duration('How long the bot must have been silent before the caller speaks; default 700ms.'),
    ),
  },
  { description: 'What steps that say nothing else do.', expects: 'within, turnGap' },
);

const End = Closed(
  {
    path: Type.Optional(oneOf(['success', 'failure', 'disconnected'], 'The path that the flow takes.')),
    cause: Type.Optional(Cause),
    errorType: Type.Optional(Text(`A failure output: ${ERROR_TYPES.join(', ')}.`)),
    errorMessage: Type.Optional(Text('A failure output.')),
    outputs: Type.Optional(
      Type.Record(Type.String(), Text('The value.'), {
        description: 'Outputs that must come.',
        expects: 'names with texts',
        example: '{ day: "12" }',
      }),
    ),
    undeclaredOutputs: Type.Optional(
      oneOf(
        ['error', 'ignore'],
        'What outputs are that are named neither here nor in `call`; default ignore.',
      ),
    ),
    reply: Type.Optional(Comparison('duration', 'Every reply of the call.')),
    within: Type.Optional(Duration('How long the call may go on after the last step; default 10s.')),
    never: Type.Optional(
      Type.Array(EventForm, {
        description: 'Events that must not come on the whole call.',
        expects: 'a list of events',
      }),
    ),
  },
  {
    description: 'What the call has to come to.',
    expects: 'path, outputs, …',
    example: '{ path: success }',
  },
);

/** A scenario: one document of a `*.call.yaml` file. */
export const ScenarioForm = Closed(
  {
    version: Type.Literal(1, { description: 'The version of this format.', expects: '1', example: '1' }),
    name: word('A name for reports.', 'books a table'),
    tags: Type.Optional(
      Type.Array(word('A tag.', 'smoke'), { description: 'For --tag.', expects: 'a list of words' }),
    ),
    data: Type.Optional(
      described({
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

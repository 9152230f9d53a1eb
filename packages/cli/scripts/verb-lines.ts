import { CAUSES } from '@hookline/client';
import { type TObject, type TSchema, Type } from '@sinclair/typebox';
import {
  CallEvent,
  clause,
  count,
  ms,
  names,
  oneOf,
  RESULTS,
  schemaText,
  text,
  variables,
  WIRE,
} from './events.js';

const line = (type: string, description: string, fields: Record<string, TSchema>) =>
  Type.Object({ type: Type.Literal(type), ...fields }, { title: type, description });
const listed = (title: string, description: string, fields: Record<string, TSchema>) =>
  Type.Object(fields, { title, description });
const maybe = (schema: TSchema) => Type.Optional(schema);
const any = (description: string) => Type.Unknown({ description });
const level = oneOf(['MUST', 'SHOULD', 'MAY']);
const basis = oneOf(['platform', 'sample', 'third-party', 'assumed'], 'What the rule rests on.');
const counts = (description: string) => Type.Record(Type.String(), count(''), { description });

const HEADER = line('header', 'The first line: what the trace says of itself.', {
  format: Type.Literal('hookline-trace'),
  schemaVersion: Type.Integer(),
  vantage: oneOf(['client', 'server', 'proxy'], 'Who took it.'),
  started: text('When `t` was 0: ISO 8601, UTC.'),
  url: text('What was dialled, or the request target; credentials masked.'),
  codec: oneOf(['PCMU', 'L16']),
  rate: Type.Integer(),
  channels: names('The channels of the caller’s audio.'),
  byteOrder: maybe(oneOf(['le', 'be'])),
  rendering: maybe(oneOf(['heard', 'estimated'], 'What `call.wav` was made of.')),
  redactions: names('What was masked, in words.'),
});

const SIDE = Type.Object({
  messages: counts('How many messages of each type.'),
  frames: count('Binary frames.'),
  bytes: count('Bytes in them.'),
  audioMs: ms('How long they last'),
});

const SUMMARY = line('summary', 'The last line: the call in numbers. Points of time count from `t` = 0.', {
  durationMs: ms('From the first row to the last'),
  truncated: Type.Boolean({ description: 'Whether the trace stops before the call does.' }),
  openMs: maybe(ms('From `open` to `opened`')),
  firstAudioMs: maybe(
    Type.Number({ description: 'From `opened` to the first audio of the bot, in milliseconds.' }),
  ),
  caller: SIDE,
  bot: SIDE,
  playbacks: Type.Array(
    Type.Object({
      startedAt: ms('When the caller began to hear it'),
      startMs: ms('How long it was buffered before'),
      replyMs: maybe(ms('From the end of what the caller said or pressed')),
      completedAt: maybe(ms('When it was over')),
      heardMs: maybe(ms('How much of it was heard')),
      droppedMs: maybe(ms('How much of it was dropped')),
      ended: maybe(oneOf(['completed', 'bargeIn', 'disconnected'])),
    }),
  ),
  bargeIns: count('How often the bot sent `barge_in`.'),
  dtmf: text('The keys that the caller pressed.'),
  violations: Type.Array(
    Type.Object({ t: ms('When'), clause, text: text('What came.'), fatal: Type.Boolean() }),
  ),
  disconnect: maybe(
    Type.Object({
      reason: text('Of `disconnect`.'),
      info: maybe(text('What the bot said about it.')),
      outputs: Type.Record(Type.String(), Type.Unknown()),
    }),
  ),
  closeReason: maybe(text('Of the client’s `close`.')),
  end: maybe(
    Type.Object({
      by: oneOf(['self', 'peer', 'loss'], 'Who closed the connection.'),
      code: Type.Integer(),
      reason: Type.String(),
    }),
  ),
});

/** A row of a trace; where its audio stands, and rows of kinds that this version does not know, are in traces only. */
const ROWS = [
  ...WIRE.map((schema: TObject) =>
    schema.properties['kind']?.['const'] === 'audio'
      ? Type.Object(
          { ...schema.properties, offset: count('Where its first frame begins in the raw file.') },
          { title: 'wire audio', description: 'A run of binary frames of one direction.' },
        )
      : schema,
  ),
  Type.Object(
    {
      type: Type.Literal('wire'),
      kind: Type.Literal('unknown'),
      t: ms('When'),
      of: text('The kind that the trace says.'),
      row: any('The row as it stands there.'),
    },
    { title: 'wire unknown', description: 'A row of a kind that this version does not know.' },
  ),
];

const DIFFERENCE = {
  kind: oneOf(
    ['missing', 'extra', 'changed', 'time'],
    'Missing in B, only in B, another value, or another time.',
  ),
  of: oneOf(['message', 'audio', 'handshake', 'end', 'rule', 'result'], 'What is compared.'),
  lane: maybe(oneOf(['caller', 'bot'], 'Who sent it.')),
  path: maybe(text('Where within the message.')),
  a: maybe(any('The value in A.')),
  b: maybe(any('The value in B.')),
  atA: maybe(Type.Number({ description: 'When A has it, in milliseconds.' })),
  atB: maybe(Type.Number({ description: 'When B has it, in milliseconds.' })),
  text: text('All of this as a sentence.'),
};

const METRICS = Type.Record(
  Type.String(),
  Type.Object({ count: count('How many.'), max: Type.Number() }, { additionalProperties: true }),
  { description: 'Each in milliseconds: count, min, mean, p50 to p999, max.' },
);

const LOAD_RESULT = line('result', 'The last line: the report.', {
  url: text('What was dialled; credentials masked.'),
  startedAt: text('ISO 8601, UTC.'),
  durationMs: ms('How long it took'),
  processes: count('Processes that made the calls.'),
  counts: counts('Calls, by what became of them.'),
  peakLive: count('The most calls at once.'),
  failures: counts('Failed calls by cause.'),
  metrics: METRICS,
  generator: Type.Object(
    {
      metrics: METRICS,
      maxLateMs: ms('How late 99 of 100 calls and frames may be'),
      keptPace: Type.Boolean({ description: 'Whether the figures say something of the bot.' }),
      cpuMs: ms('CPU time'),
    },
    { description: 'How well the calls were made.' },
  ),
  thresholds: Type.Array(
    Type.Object({ name: text('Such as `reply.p95`.'), met: Type.Boolean() }, { additionalProperties: true }),
  ),
  verdict: oneOf(['passed', 'missed', 'void'], '`void`: the generator did not keep pace.'),
  out: maybe(text('The file of --out.')),
  html: maybe(text('The file of --html.')),
  problems: maybe(names('What could not be written.')),
});

const PROGRESS = line('progress', 'How far the load is, each second.', {
  elapsedMs: ms('Since it began'),
  live: count('Calls at this moment.'),
  counts: counts('Calls so far, by what became of them.'),
  failures: counts('Failed calls by cause.'),
  second: Type.Object({}, { additionalProperties: true, description: 'The last second by itself.' }),
  metrics: any('Each time so far, by name: how many were measured, p50, p95, p99 and max in milliseconds.'),
});

const FINDING = Type.Object({
  scenario: text('In which it was seen.'),
  call: text('Which call of it.'),
  atMs: ms('Since dialling'),
  got: text('What came, or what did not.'),
  effect: text('What is seen when the rule is broken.'),
  fix: text('What to do.'),
  slip: maybe(text('A known slip of public documents that explains it.')),
  calls: count('In how many calls.'),
  trace: maybe(text('The folder of the trace.')),
  row: maybe(count('The line of it.')),
});
const outcome = oneOf(['pass', 'fail', 'warn', 'note', 'inconclusive', 'blocked', 'not-applicable']);
const rule = { level, basis, sentence: text('The rule.') };

const CLAUSE_TEXT = {
  ...rule,
  source: text('Where it is known from.'),
  bound: oneOf(['client', 'server', 'both'], 'Who has to keep it.'),
  effect: text('What is seen when it is broken.'),
  fix: text('What to do.'),
  note: maybe(text('More about it.')),
};

/** What a verb prints with `--json`: what the file says of it, and its lines. */
interface VerbLines {
  readonly about: string;
  readonly lines: readonly TSchema[];
}

const ofTrace: VerbLines = {
  about: 'The header of the trace, its rows as `call --json` prints them, and the summary.',
  lines: [HEADER, ...ROWS, SUMMARY],
};

/** The lines of every verb that takes `--json`, by the words of its name. */
export const VERB_LINES: Readonly<Record<string, VerbLines>> = {
  call: { about: '', lines: CallEvent.anyOf },
  demo: { about: '', lines: CallEvent.anyOf },
  calibrate: {
    about: 'A line a rule, and the calls last.',
    lines: [
      line('clause', 'What the calls say of a rule.', {
        id: clause,
        basis,
        outcome: oneOf(['confirmed', 'refuted', 'unclear', 'not-exercised']),
        confirmations: count('How often it was confirmed.'),
        refutations: count('How often it was refuted.'),
        calls: Type.Array(count('The number of a call.'), { description: 'In which calls.' }),
      }),
      line('calibration', 'The last line.', {
        calls: Type.Array(
          Type.Object({
            number: count('From 1, in the order given.'),
            vantage: oneOf(['server', 'proxy']),
            durationMs: ms('From the first row to the last'),
            events: names('Codes of the operational events of its conversation.'),
          }),
        ),
        otherEvents: counts('Operational events of no call, by code.'),
      }),
    ],
  },
  check: {
    about: 'A line a check, and the result last; with `--list` a line a check, with `--explain` one check.',
    lines: [
      line('check', 'A rule, judged over all calls.', {
        id: clause,
        ...rule,
        outcome,
        finding: maybe(FINDING),
        reason: maybe(text('Why it was not judged.')),
      }),
      line('result', 'The last line.', {
        url: text('What was dialled.'),
        ok: Type.Boolean({ description: 'Whether the bot passed.' }),
        strict: Type.Boolean(),
        durationMs: ms('How long it took'),
        lagMs: ms('How late the timers of the check were at worst'),
        calls: count('How many calls were made.'),
        counts: counts('Checks by outcome.'),
        unseenAreas: names('Areas of which nothing could be seen.'),
        findings: Type.Array(Type.Object({ id: clause, outcome }), { description: 'The first cause first.' }),
        problem: maybe(
          Type.Object({
            kind: oneOf(['unreachable', 'unauthorized', 'refused', 'behind', 'stopped']),
            message: text('Why nothing, or not all, could be checked.'),
          }),
        ),
      }),
      listed('listed', 'A check, of `--list`.', { id: clause, ...rule, scenarios: names('What shows it.') }),
      listed('explained', 'A check, of `--explain`.', {
        id: clause,
        ...CLAUSE_TEXT,
        scenarios: names('What shows it.'),
        stimulus: text('What it takes to be seen.'),
      }),
    ],
  },
  config: {
    about: 'A line a value of each profile.',
    lines: [
      line('value', 'A value and where it comes from.', {
        profile: text('The profile.'),
        name: text('The field.'),
        value: any('Secrets masked.'),
        origin: text('Flag, environment, profile or default.'),
        from: maybe(text('The flag, the variable or the place in the file.')),
      }),
    ],
  },
  explain: {
    about: 'A line for each rule, cause or error code that was asked for.',
    lines: [
      line('rule', 'A rule of the protocol.', { id: clause, ...CLAUSE_TEXT }),
      line('cause', 'Why a call takes the failure path.', {
        cause: oneOf(Object.keys(CAUSES)),
        errorType: text('What the flow is told.'),
        words: text('In words for the flow author.'),
        exitCode: Type.Integer(),
      }),
      line('error', 'An error code of the protocol.', { code: Type.Integer(), what: text('What it says.') }),
    ],
  },
  init: {
    about: 'A line a file.',
    lines: [
      line('written', 'A file that was written.', { path: Type.String(), about: text('What it is for.') }),
    ],
  },
  inspect: ofTrace,
  show: ofTrace,
  'inspect diff': {
    about: 'A line a difference, and `diff` last.',
    lines: [
      line('difference', 'In what B differs from A.', {
        ...DIFFERENCE,
        message: maybe(text('The type of the message, or the id of the rule.')),
      }),
      line('diff', 'The last line.', { same: Type.Boolean(), differences: count('How many.') }),
    ],
  },
  load: { about: 'A line a second, and the report last.', lines: [PROGRESS, LOAD_RESULT] },
  'load merge': { about: 'The report.', lines: [LOAD_RESULT] },
  probe: {
    about: 'One line.',
    lines: [
      line('result', 'What the probe found.', {
        ok: Type.Boolean({ description: 'Whether the integration would be activated.' }),
        verdict: oneOf(['activates', 'mayFail', 'fails']),
        problems: Type.Array(
          Type.Object({
            text: text('What was wrong.'),
            fatal: Type.Boolean(),
            cause: maybe(oneOf(Object.keys(CAUSES))),
            clause: maybe(clause),
          }),
        ),
        url: text('What was dialled; credentials masked.'),
        sessionId: text('A UUID.'),
        durationMs: ms('From dialling to the end'),
        openedMs: maybe(ms('From `open` to `opened`')),
        media: maybe(any('What the bot chose.')),
        supportedLanguages: maybe(names('Where it was asked for them.')),
      }),
    ],
  },
  record: {
    about: 'Where it listens, and a line a call.',
    lines: [
      line('listening', 'The first line.', { url: Type.String(), forwardTo: Type.String() }),
      line('call', 'A call that is over.', {
        call: count('From 1.'),
        status: Type.Integer({ description: 'The HTTP status of the upgrade; 0 without one.' }),
        durationMs: ms('How long it took'),
        trace: text('The folder of its trace.'),
      }),
    ],
  },
  replay: {
    about: 'What passes, as `call --json` prints it, and the result last.',
    lines: [
      ...WIRE,
      ...RESULTS.map((schema: TObject) =>
        Type.Object(
          {
            ...schema.properties,
            same: Type.Boolean({ description: 'Whether the bot does as in the trace.' }),
            differences: Type.Array(
              Type.Object({ ...DIFFERENCE, type: maybe(text('Of the message, or a rule.')) }),
            ),
          },
          { title: String(schema['title']), description: String(schema['description']) },
        ),
      ),
    ],
  },
  run: {
    about: 'A line a scenario, and the counts last; with `--list` a line a scenario.',
    lines: [
      line('scenario', 'What became of a scenario.', {
        name: Type.String(),
        file: Type.String(),
        line: Type.Integer(),
        tags: names('Its tags.'),
        passed: Type.Boolean(),
        failure: maybe(
          Type.Object({
            step: Type.Union([Type.Integer(), Type.Literal('end')], { description: 'Which step.' }),
            text: text('The step.'),
            place: any('Line and column.'),
            expected: Type.String(),
            got: Type.String(),
            atMs: ms('Since dialling'),
          }),
        ),
        steps: Type.Array(
          Type.Object({
            text: text('The step.'),
            place: any('Line and column.'),
            outcome: oneOf(['passed', 'failed', 'skipped', 'notRun']),
            startMs: maybe(Type.Number()),
            endMs: maybe(Type.Number()),
            logged: maybe(text('What a `log` step said.')),
          }),
        ),
        result: any('The result of the call, as the last line of `call --json`.'),
        durationMs: ms('How long it took'),
        trace: maybe(text('The folder of its trace.')),
      }),
      line('result', 'The last line.', {
        passed: count('Scenarios that passed.'),
        failed: count('Scenarios that failed.'),
        durationMs: ms('How long all took'),
      }),
      line('listed', 'A scenario, of `--list`.', {
        name: Type.String(),
        file: Type.String(),
        line: Type.Integer(),
        tags: names('Its tags.'),
      }),
    ],
  },
  serve: {
    about: 'Where it listens; with `--list` a line a bot.',
    lines: [
      line('listening', 'Where it listens.', {
        url: Type.String(),
        baseUrl: maybe(text('Where probes go.')),
        preset: Type.String(),
        breaks: maybe(clause),
      }),
      listed('listed', 'A bot, of `--list`.', {
        name: Type.String(),
        kind: oneOf(['bot', 'fault']),
        breaks: maybe(clause),
        about: Type.String(),
      }),
    ],
  },
  sign: {
    about: 'One line.',
    lines: [
      line('result', 'The headers to send; with `--verify` whether a signature holds.', {
        url: maybe(Type.String()),
        headers: maybe(variables('By name.')),
        ok: maybe(Type.Boolean()),
        code: maybe(text('Why it does not hold.')),
        reason: maybe(text('The same in words.')),
        label: maybe(Type.String()),
        nonce: maybe(Type.String()),
        keyId: maybe(Type.String()),
        base: maybe(text('What was, or must have been, signed.')),
      }),
    ],
  },
  studio: {
    about: 'Where it listens.',
    lines: [line('listening', 'The address holds the token of this launch.', { url: Type.String() })],
  },
};

/** The line on stderr of every verb that ends with another exit code than 0, but for a command line it cannot carry out. */
export const ErrorLine = Type.Object({
  error: Type.Object({
    code: Type.Integer({ minimum: 1, description: 'The exit code.' }),
    message: text('What was wrong.'),
    errorType: maybe(text('What the flow is told.')),
    cause: maybe(oneOf(Object.keys(CAUSES))),
    url: maybe(text('What was dialled; credentials masked.')),
    trace: maybe(text('The folder of the trace.')),
  }),
});

/** The files of all schemas beside that of `call`, by name. */
export function verbSchemas(): Readonly<Record<string, string>> {
  const files = Object.entries(VERB_LINES)
    .filter(([, { about }]) => about !== '')
    .map(([verb, { about, lines }]): [string, string] => {
      const name = `${verb.replace(' ', '-')}-events`;
      return [
        `${name}.schema.json`,
        schemaText(name, `A line of hookline ${verb} --json`, about, Type.Union([...lines])),
      ];
    });
  const error = schemaText(
    'error',
    'The line on stderr with --json',
    'Why the exit code is not 0.',
    ErrorLine,
  );
  return Object.fromEntries([...files, ['error.schema.json', error]]);
}

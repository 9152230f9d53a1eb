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
const basis = oneOf(['platform', 'sample', 'third-party', 'assumed'], 'The basis of the rule.');
const counts = (description: string) => Type.Record(Type.String(), count(''), { description });

const HEADER = line('header', 'The first line: the header of the trace.', {
  format: Type.Literal('hookline-trace'),
  schemaVersion: Type.Integer(),
  vantage: oneOf(['client', 'server', 'proxy'], 'The side that recorded it.'),
  started: text('The time of `t` = 0: ISO 8601, UTC.'),
  url: text('The URL, or the request target; credentials masked.'),
  codec: oneOf(['PCMU', 'L16']),
  rate: Type.Integer(),
  channels: names('The channels of the caller audio.'),
  byteOrder: maybe(oneOf(['le', 'be'])),
  rendering: maybe(
    oneOf(['heard', 'estimated'], 'How `call.wav` was made: from reported or from estimated playback.'),
  ),
  redactions: names('What was masked.'),
});

const SIDE = Type.Object({
  messages: counts('The number of messages by type.'),
  frames: count('The number of binary frames.'),
  bytes: count('The number of bytes in them.'),
  audioMs: ms('The duration of the audio'),
});

const SUMMARY = line('summary', 'The last line: the figures of the call. Times count from `t` = 0.', {
  durationMs: ms('From the first row to the last'),
  truncated: Type.Boolean({ description: 'Whether the trace ends before the call.' }),
  openMs: maybe(ms('From `open` to `opened`')),
  firstAudioMs: maybe(
    Type.Number({ description: 'From `opened` to the first audio of the bot, in milliseconds.' }),
  ),
  caller: SIDE,
  bot: SIDE,
  playbacks: Type.Array(
    Type.Object({
      startedAt: ms('The time when the caller began to hear it'),
      startMs: ms('How long it was buffered before it started'),
      replyMs: maybe(ms('From the end of the speech or the last key of the caller')),
      completedAt: maybe(ms('The time of its end')),
      playedMs: maybe(ms('From its start to its end, without holds')),
      heardMs: maybe(ms('The audio that was heard')),
      droppedMs: maybe(ms('The audio that was dropped')),
      ended: maybe(oneOf(['completed', 'bargeIn', 'disconnected'])),
    }),
  ),
  bargeIns: count('The number of `barge_in` events.'),
  dtmf: text('The keys that the caller pressed.'),
  violations: Type.Array(
    Type.Object({ t: ms('The time'), clause, text: text('What was observed.'), fatal: Type.Boolean() }),
  ),
  disconnect: maybe(
    Type.Object({
      reason: text('The reason of `disconnect`.'),
      info: maybe(text('The `info` of `disconnect`.')),
      outputs: Type.Record(Type.String(), Type.Unknown()),
    }),
  ),
  closeReason: maybe(text('The reason of `close`.')),
  end: maybe(
    Type.Object({
      by: oneOf(['self', 'peer', 'loss'], 'Which side closed the connection; `loss` is a lost connection.'),
      code: Type.Integer(),
      reason: Type.String(),
    }),
  ),
});

/** The rows of a trace. Unlike the lines of `call --json`, audio has an offset, and there can be rows of an unknown kind. */
const ROWS = [
  ...WIRE.map((schema: TObject) =>
    schema.properties['kind']?.['const'] === 'audio'
      ? Type.Object(
          { ...schema.properties, offset: count('The offset of the first frame in the raw file, in bytes.') },
          { title: 'wire audio', description: 'Consecutive binary frames of one direction.' },
        )
      : schema,
  ),
  Type.Object(
    {
      type: Type.Literal('wire'),
      kind: Type.Literal('unknown'),
      t: ms('The time'),
      of: text('The kind of the row.'),
      row: any('The unchanged row.'),
    },
    { title: 'wire unknown', description: 'A row of an unknown kind.' },
  ),
];

const DIFFERENCE = {
  kind: oneOf(
    ['missing', 'extra', 'changed', 'time'],
    'Missing in B, only in B, with another value, or at another time.',
  ),
  of: oneOf(['message', 'audio', 'handshake', 'end', 'rule', 'result'], 'The subject.'),
  lane: maybe(oneOf(['caller', 'bot'], 'The sender.')),
  path: maybe(text('The path in the message.')),
  a: maybe(any('The value in A.')),
  b: maybe(any('The value in B.')),
  atA: maybe(Type.Number({ description: 'The time in A, in milliseconds.' })),
  atB: maybe(Type.Number({ description: 'The time in B, in milliseconds.' })),
  text: text('The difference as a sentence.'),
};

const METRICS = Type.Record(
  Type.String(),
  Type.Object({ count: count('The number of values.'), max: Type.Number() }, { additionalProperties: true }),
  { description: 'By name, in milliseconds: count, min, mean, p50 to p999, max.' },
);

const LOAD_RESULT = line('result', 'The last line: the report.', {
  url: text('The URL of the connection; credentials masked.'),
  startedAt: text('ISO 8601, UTC.'),
  durationMs: ms('The duration'),
  processes: count('The number of processes that made the calls.'),
  counts: counts('The number of calls by outcome.'),
  peakLive: count('The maximum of concurrent calls.'),
  failures: counts('The number of failed calls by cause.'),
  examples: Type.Record(Type.String(), text(''), {
    description: 'The error of the first failed call of each cause; credentials masked.',
  }),
  metrics: METRICS,
  generator: Type.Object(
    {
      metrics: METRICS,
      maxLateMs: ms('The limit for the 99th percentile of lateness'),
      keptPace: Type.Boolean({
        description: 'Whether this machine was fast enough, so that the figures are valid.',
      }),
      cpuMs: ms('CPU time'),
    },
    { description: 'The lateness of this machine.' },
  ),
  thresholds: Type.Array(
    Type.Object({ name: text('Such as `reply.p95`.'), met: Type.Boolean() }, { additionalProperties: true }),
  ),
  verdict: oneOf(
    ['passed', 'missed', 'void'],
    '`void`: this machine was too slow, so the figures are not valid.',
  ),
  out: maybe(text('The file of --out.')),
  html: maybe(text('The file of --html.')),
  problems: maybe(names('The files that could not be written, one message each.')),
});

const PROGRESS = line('progress', 'The progress of the load test, each second.', {
  elapsedMs: ms('Since the start'),
  live: count('The number of running calls.'),
  counts: counts('The number of calls so far by outcome.'),
  failures: counts('The number of failed calls by cause.'),
  second: Type.Object({}, { additionalProperties: true, description: 'The figures of the last second.' }),
  metrics: any('The times so far, by name: count, and p50, p95, p99 and max in milliseconds.'),
});

const FINDING = Type.Object({
  scenario: text('The scenario.'),
  call: text('The call of the scenario.'),
  atMs: ms('Since dialling'),
  got: text('What was observed.'),
  effect: text('The effect of breaking the rule.'),
  fix: text('How to fix it.'),
  slip: maybe(text('A known error of public documents that explains it.')),
  calls: count('The number of calls with this finding.'),
  trace: maybe(text('The folder of the trace.')),
  row: maybe(count('The line number in the trace.')),
});
const outcome = oneOf(['pass', 'fail', 'warn', 'note', 'inconclusive', 'blocked', 'not-applicable']);
const rule = { level, basis, sentence: text('The rule.') };

const CLAUSE_TEXT = {
  ...rule,
  source: text('The source of the rule.'),
  bound: oneOf(['client', 'server', 'both'], 'The side that it applies to.'),
  effect: text('The effect of breaking it.'),
  fix: text('How to fix it.'),
  note: maybe(text('A note.')),
};

/** The lines that a verb prints with `--json`, and the description in the schema file. */
interface VerbLines {
  readonly about: string;
  readonly lines: readonly TSchema[];
}

const ofTrace: VerbLines = {
  about: 'The header of the trace, its rows as `call --json` prints them, and the summary.',
  lines: [HEADER, ...ROWS, SUMMARY],
};

/** The lines of every verb with `--json`, by the name of the verb. */
export const VERB_LINES: Readonly<Record<string, VerbLines>> = {
  call: { about: '', lines: CallEvent.anyOf },
  demo: { about: '', lines: CallEvent.anyOf },
  calibrate: {
    about: 'One line per rule and side that it binds, and finally the calls.',
    lines: [
      line('clause', 'The result for a rule.', {
        id: clause,
        basis,
        side: oneOf(['client', 'server']),
        outcome: oneOf(['confirmed', 'refuted', 'unclear', 'not-exercised']),
        confirmations: count('The number of confirmations.'),
        refutations: count('The number of refutations.'),
        calls: Type.Array(count('The number of the call.'), { description: 'The calls with the rule.' }),
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
        otherEvents: counts('The number of operational events without a call, by code.'),
      }),
    ],
  },
  check: {
    about:
      'One line per check, and finally the result; with `--list` one line per check, with `--explain` one check.',
    lines: [
      line('check', 'The outcome of a rule over all calls.', {
        id: clause,
        ...rule,
        outcome,
        finding: maybe(FINDING),
        reason: maybe(text('Why there is no outcome.')),
      }),
      line('result', 'The last line.', {
        url: text('The URL of the connection.'),
        ok: Type.Boolean({ description: 'Whether the bot passed.' }),
        strict: Type.Boolean(),
        durationMs: ms('The duration'),
        lagMs: ms('The maximum lateness of the timers of the check'),
        calls: count('The number of calls.'),
        counts: counts('The number of checks by outcome.'),
        unseenAreas: names('Areas in which no rule of the platform could be checked.'),
        traceProblems: maybe(names('One line for each trace that could not be written.')),
        findings: Type.Array(Type.Object({ id: clause, outcome }), { description: 'Root causes first.' }),
        problem: maybe(
          Type.Object({
            kind: oneOf(['unreachable', 'unauthorized', 'refused', 'behind', 'stopped']),
            message: text('Why some or all checks did not run.'),
            isTooParallel: maybe(
              Type.Literal(true, { description: 'A run with `--parallel 1` is likely to avoid it.' }),
            ),
          }),
        ),
      }),
      listed('listed', 'A check, with `--list`.', {
        id: clause,
        ...rule,
        scenarios: names('The scenarios that check it.'),
      }),
      listed('explained', 'A check, with `--explain`.', {
        id: clause,
        ...CLAUSE_TEXT,
        scenarios: names('The scenarios that check it.'),
        stimulus: text('The stimulus that the check needs.'),
      }),
    ],
  },
  config: {
    about: 'One line per value of each profile.',
    lines: [
      line('value', 'A value and its source.', {
        profile: text('The profile.'),
        name: text('The field.'),
        value: any('The value; secrets are masked.'),
        origin: text('The source: flag, env, profile or default.'),
        from: maybe(text('The flag, the environment variable, or the line of the configuration.')),
      }),
    ],
  },
  explain: {
    about: 'One line per rule, cause or error code.',
    lines: [
      line('rule', 'A rule of the protocol.', { id: clause, ...CLAUSE_TEXT }),
      line('cause', 'Why a call takes the failure path.', {
        cause: oneOf(Object.keys(CAUSES)),
        errorType: text('The errorType that the flow receives.'),
        words: text('The meaning, for the author of the flow.'),
        exitCode: Type.Integer(),
      }),
      line('error', 'An error code of the protocol.', { code: Type.Integer(), what: text('The meaning.') }),
    ],
  },
  init: {
    about: 'One line per file.',
    lines: [
      line('written', 'A file that was written.', {
        path: Type.String(),
        about: text('The purpose of the file.'),
      }),
    ],
  },
  inspect: ofTrace,
  show: ofTrace,
  'inspect diff': {
    about: 'One line per difference, and finally `diff`.',
    lines: [
      line('difference', 'A difference between A and B.', {
        ...DIFFERENCE,
        message: maybe(text('The type of the message, or the id of the rule.')),
      }),
      line('diff', 'The last line.', {
        same: Type.Boolean(),
        differences: count('The number of differences.'),
      }),
    ],
  },
  load: { about: 'One line per second, and finally the report.', lines: [PROGRESS, LOAD_RESULT] },
  'load merge': { about: 'The report.', lines: [LOAD_RESULT] },
  probe: {
    about: 'One line.',
    lines: [
      line('result', 'What the probe found.', {
        ok: Type.Boolean({ description: 'Whether the integration would be activated.' }),
        verdict: oneOf(['activates', 'mayFail', 'fails']),
        problems: Type.Array(
          Type.Object({
            text: text('The problem.'),
            fatal: Type.Boolean(),
            cause: maybe(oneOf(Object.keys(CAUSES))),
            clause: maybe(clause),
          }),
        ),
        url: text('The URL of the connection; credentials masked.'),
        sessionId: text('A UUID.'),
        durationMs: ms('From dialling to the end'),
        openedMs: maybe(ms('From `open` to `opened`')),
        media: maybe(any('The media that the bot selected.')),
        supportedLanguages: maybe(names('The languages, if they were requested.')),
      }),
    ],
  },
  record: {
    about: 'The address of the proxy, and one line per call.',
    lines: [
      line('listening', 'The first line.', { url: Type.String(), forwardTo: Type.String() }),
      line('call', 'A call that has ended.', {
        call: count('The number of the call, from 1.'),
        status: Type.Integer({ description: 'The HTTP status of the upgrade; 0 without one.' }),
        durationMs: ms('The duration'),
        trace: text('The folder of its trace.'),
        problem: maybe(text('Why the trace is incomplete, such as a full disk.')),
      }),
    ],
  },
  replay: {
    about: 'The events on the connection, as `call --json` prints them, and finally the result.',
    lines: [
      ...WIRE,
      ...RESULTS.map((schema: TObject) =>
        Type.Object(
          {
            ...schema.properties,
            same: Type.Boolean({ description: 'Whether there is no difference.' }),
            differences: Type.Array(
              Type.Object({
                ...DIFFERENCE,
                type: maybe(text('The type of the message, or the id of the rule.')),
              }),
            ),
          },
          { title: String(schema['title']), description: String(schema['description']) },
        ),
      ),
    ],
  },
  run: {
    about: 'One line per scenario, and finally the counts; with `--list` one line per scenario.',
    lines: [
      line('scenario', 'The result of a scenario.', {
        name: Type.String(),
        file: Type.String(),
        line: Type.Integer(),
        tags: names('Its tags.'),
        passed: Type.Boolean(),
        failure: maybe(
          Type.Object({
            step: Type.Union([Type.Integer(), Type.Literal('end')], {
              description: 'The number of the step.',
            }),
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
            logged: maybe(text('The text of a `log` step.')),
          }),
        ),
        result: any('The result of the call, as the last line of `call --json`.'),
        durationMs: ms('The duration'),
        trace: maybe(text('The folder of its trace.')),
      }),
      line('result', 'The last line.', {
        passed: count('Scenarios that passed.'),
        failed: count('Scenarios that failed.'),
        durationMs: ms('The duration of the run'),
      }),
      line('listed', 'A scenario, with `--list`.', {
        name: Type.String(),
        file: Type.String(),
        line: Type.Integer(),
        tags: names('Its tags.'),
      }),
    ],
  },
  serve: {
    about: 'The address of the server; with `--list` one line per bot.',
    lines: [
      line('listening', 'The address of the server.', {
        url: Type.String(),
        baseUrl: maybe(text('The base connection URI, for probes.')),
        preset: Type.String(),
        breaks: maybe(clause),
      }),
      listed('listed', 'A bot, with `--list`.', {
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
      line('result', 'The headers to send; with `--verify` whether the signature is valid.', {
        url: maybe(Type.String()),
        headers: maybe(variables('By name.')),
        ok: maybe(Type.Boolean()),
        code: maybe(text('Why it is not valid, as a code.')),
        reason: maybe(text('Why it is not valid, as text.')),
        label: maybe(Type.String()),
        nonce: maybe(Type.String()),
        keyId: maybe(Type.String()),
        base: maybe(text('The signature base.')),
      }),
    ],
  },
  studio: {
    about: 'The address of the page.',
    lines: [line('listening', 'The address of the page, with its token.', { url: Type.String() })],
  },
};

/** The line on stderr of every verb for a non-zero exit code, except for a usage error. */
export const ErrorLine = Type.Object({
  error: Type.Object({
    code: Type.Integer({ minimum: 1, description: 'The exit code.' }),
    message: text('The error message.'),
    errorType: maybe(text('The errorType that the flow receives.')),
    cause: maybe(oneOf(Object.keys(CAUSES))),
    url: maybe(text('The URL of the connection; credentials masked.')),
    trace: maybe(text('The folder of the trace.')),
  }),
});

/** All schema files except that of `call`, by name. */
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

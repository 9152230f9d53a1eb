import { CAUSES } from '@hookline/client';
import { type TSchema, Type } from '@sinclair/typebox';
import { COMMAND_TYPES } from '../src/commands/command.js';

export const oneOf = (values: readonly string[], description?: string) =>
  Type.Union(
    values.map((value) => Type.Literal(value)),
    description ? { description } : {},
  );
export const ms = (description: string) =>
  Type.Number({ minimum: 0, description: `${description}, in milliseconds.` });
export const count = (description: string) => Type.Integer({ minimum: 0, description });
export const text = (description: string) => Type.String({ description });
export const variables = (description: string) => Type.Record(Type.String(), Type.String(), { description });
export const names = (description: string) => Type.Array(Type.String(), { description });
export const clause = Type.String({
  pattern: '^AC-',
  description: 'The rule of the protocol; see hookline explain.',
});

const t = ms('Since dialling');
const dir = oneOf(['in', 'out'], 'Seen by the caller: `in` comes from the bot.');
const wire = (kind: string, description: string, fields: Record<string, TSchema>) =>
  Type.Object(
    { type: Type.Literal('wire'), kind: Type.Literal(kind), t, ...fields },
    { title: `wire ${kind}`, description },
  );

/** What passes on the connection. */
export const WIRE = [
  wire('request', 'The head of the upgrade request, credentials masked.', {
    dir,
    head: text('As on the wire.'),
  }),
  wire('response', 'The head of its response, credentials masked.', {
    dir,
    head: text('As on the wire.'),
    status: Type.Integer({ description: 'The HTTP status.' }),
  }),
  wire('message', 'A text frame.', {
    dir,
    message: Type.Optional(text('The type of the message, where it could be read.')),
    text: text('The frame, credentials masked.'),
  }),
  wire('audio', 'A run of binary frames of one direction, of at most 5 s.', {
    dir,
    frames: count('How many frames.'),
    bytes: count('How many bytes in all.'),
    arrivalsMs: Type.Array(Type.Number(), {
      description: 'When each frame passed, in milliseconds since t.',
    }),
    sizes: Type.Array(count('Bytes.'), { description: 'The length of each frame.' }),
  }),
  wire('playback', 'The caller no longer hears the bot.', {
    heardMs: ms('Bot audio that was heard'),
    droppedMs: ms('Bot audio that was discarded'),
    ended: oneOf(['completed', 'bargeIn', 'disconnected']),
  }),
  wire('violation', 'A rule that the bot broke, or a warning.', {
    clause,
    text: text('What came.'),
    fatal: Type.Boolean({ description: 'Whether the call ended for it.' }),
  }),
  wire('end', 'The end of the connection.', {
    by: oneOf(['self', 'peer', 'loss'], 'Who closed it.'),
    code: Type.Integer({ description: 'The WebSocket close code.' }),
    reason: text('The reason given with it.'),
  }),
];

const COMMAND = Type.Object(
  {
    type: Type.Literal('command'),
    line: Type.Integer({ minimum: 1, description: 'The line of stdin, counted from 1.' }),
    command: Type.Optional(oneOf(COMMAND_TYPES, 'What the line asked for, where it is a command.')),
    ok: Type.Boolean({ description: 'Whether it was carried out.' }),
    error: Type.Optional(text('Why it was not.')),
  },
  { title: 'command', description: 'The answer to a line of --stdin.' },
);

const WARNING = Type.Object({
  message: text('What came and what it means.'),
  count: count('How often it was seen.'),
  firstAtMs: ms('When it was first seen, since dialling'),
  clause: Type.Optional(clause),
  effect: Type.Optional(text('What is seen when the rule is broken.')),
  fix: Type.Optional(text('What to do to keep it.')),
});

const TURN = Type.Object({
  t,
  disposition: oneOf(['no_input', 'no_match', 'match']),
  text: Type.Optional(text('What the bot says in this turn.')),
  confidence: Type.Optional(Type.Number({ description: 'From 0 to 1.' })),
});

const PLAYBACK = Type.Object({
  startedAtMs: ms('When the caller began to hear it, since dialling'),
  replyMs: Type.Optional(
    ms(
      'From the end of what the caller said, or from a key if that was later; absent where the bot spoke unasked',
    ),
  ),
  heardMs: Type.Optional(ms('How much of it was heard')),
  droppedMs: Type.Optional(ms('How much of it was dropped')),
  ended: Type.Optional(
    oneOf(
      ['completed', 'bargeIn', 'disconnected'],
      'Heard to its end, dropped by the bot, or cut by the end of the call.',
    ),
  ),
});

const report = (path: string, description: string, fields: Record<string, TSchema>) =>
  Type.Object(
    {
      type: Type.Literal('result'),
      path: Type.Literal(path),
      ...fields,
      sessionId: text('A UUID.'),
      conversationId: text('A UUID.'),
      durationMs: ms('From dialling to what fixed the path'),
      heardMs: ms('Bot audio that the caller heard'),
      cutMs: ms('Bot audio that was waiting when the call ended'),
      flushedMs: ms('Bot audio that barge-in dropped'),
      underruns: count('How often bot audio ran dry and went on at once.'),
      bargeIns: count('How many barge_in events came.'),
      callerLateMs: ms('Silence that was sent because the caller was late'),
      dtmf: text('The keys that were sent.'),
      turns: Type.Array(TURN),
      warnings: Type.Array(WARNING),
      timings: Type.Object({
        connectMs: Type.Optional(ms('From dialling to the end of the handshake')),
        openedMs: Type.Optional(ms('From open to opened')),
        firstAudioMs: Type.Optional(ms('From opened to the first audio that the caller heard')),
        replyMs: Type.Array(ms('From the end of the caller’s speech to the reply')),
        rttMs: Type.Optional(ms('The last round trip of ping and pong')),
        sendLateMs: Type.Optional(
          Type.Object(
            { p99: ms('99 of 100 frames left at most this late'), max: ms('The frame that left latest') },
            { description: 'How late frames of caller audio left: the delay of the caller’s own machine.' },
          ),
        ),
        playbacks: Type.Array(PLAYBACK, { description: 'What the caller heard of the bot, in order.' }),
      }),
      discardedOutputs: variables('What the bot returned that reached no variable.'),
      trace: Type.Optional(text('The folder of the trace, where one was kept.')),
      record: Type.Optional(text('The file of --record.')),
      out: Type.Optional(text('The file of --out.')),
      problems: Type.Optional(names('What could not be written.')),
      expectations: Type.Optional(
        Type.Array(
          Type.Object({
            of: text('What is looked at, such as `path` or `output verified`.'),
            expected: Type.String(),
            got: Type.String(),
            met: Type.Boolean(),
          }),
        ),
      ),
    },
    { title: `result ${path}`, description },
  );

export const RESULTS = [
  report('success', 'The last line: the bot completed.', {
    outputs: variables('What is assigned to variables of the flow.'),
    missing: names('Declared outputs that did not come.'),
    undeclared: names('Outputs that came and are not declared.'),
  }),
  report('failure', 'The last line: the call took the failure path.', {
    failureOutputs: Type.Object({ errorType: Type.String(), errorMessage: Type.String() }),
    cause: oneOf(Object.keys(CAUSES), 'Why.'),
    clause: Type.Optional(clause),
    status: Type.Optional(Type.Integer({ description: 'The HTTP status that came in place of an upgrade.' })),
    closeCode: Type.Optional(Type.Integer({ description: 'Of a connection that was lost.' })),
  }),
  report('disconnected', 'The last line: the caller was gone before the bot had ended the call.', {
    reason: oneOf(['callerHangup', 'aborted']),
  }),
];

/** A line of `call --json` and `demo --json`. Further fields may be added before 1.0. */
export const CallEvent = Type.Union([...WIRE, COMMAND, ...RESULTS]);

/**
 * The JSON Schema of the lines of a verb, as text.
 *
 * @param name - of the file, without its ending
 */
export function schemaText(name: string, title: string, description: string, line: TSchema): string {
  const schema = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: `https://github.com/hookline/hookline/blob/main/packages/cli/schema/${name}.schema.json`,
    title,
    description: `${description} Experimental before 1.0.`,
    ...line,
  };
  return `${JSON.stringify(schema, undefined, 2)}\n`;
}

/** The JSON Schema of `call --json`, as text. */
export function callEventSchema(): string {
  return schemaText(
    'call-events',
    'A line of hookline call --json',
    'One JSON object a line; the last one is of type `result`, whatever happened.',
    CallEvent,
  );
}

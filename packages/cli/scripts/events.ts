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
const dir = oneOf(['in', 'out'], 'The direction from the view of the caller: `in` is from the bot.');
const wire = (kind: string, description: string, fields: Record<string, TSchema>) =>
  Type.Object(
    { type: Type.Literal('wire'), kind: Type.Literal(kind), t, ...fields },
    { title: `wire ${kind}`, description },
  );

/** The events on the connection. */
export const WIRE = [
  wire('request', 'The head of the upgrade request, with credentials masked.', {
    dir,
    head: text('The bytes on the wire, as text.'),
  }),
  wire('response', 'The head of the response, with credentials masked.', {
    dir,
    head: text('The bytes on the wire, as text.'),
    status: Type.Integer({ description: 'The HTTP status.' }),
  }),
  wire('message', 'A text frame.', {
    dir,
    message: Type.Optional(text('The type of the message; absent if it is not valid.')),
    text: text('The text of the frame, with credentials masked.'),
  }),
  wire('audio', 'Consecutive binary frames of one direction, at most 5 s.', {
    dir,
    frames: count('The number of frames.'),
    bytes: count('The number of bytes.'),
    arrivalsMs: Type.Array(Type.Number(), {
      description: 'The time of each frame, in milliseconds after `t`.',
    }),
    sizes: Type.Array(count('The number of bytes.'), { description: 'The length of each frame.' }),
  }),
  wire('playback', 'The end of a playback of the bot.', {
    heardMs: ms('Bot audio that was heard'),
    droppedMs: ms('Bot audio that was discarded'),
    ended: oneOf(['completed', 'bargeIn', 'disconnected']),
  }),
  wire('violation', 'A rule that the bot broke, or a warning.', {
    clause,
    text: text('What was observed.'),
    fatal: Type.Boolean({ description: 'Whether it ended the call.' }),
  }),
  wire('end', 'The end of the connection.', {
    by: oneOf(['self', 'peer', 'loss'], 'Which side closed it; `loss` is a lost connection.'),
    code: Type.Integer({ description: 'The WebSocket close code.' }),
    reason: text('The reason in the close frame.'),
  }),
];

const COMMAND = Type.Object(
  {
    type: Type.Literal('command'),
    line: Type.Integer({ minimum: 1, description: 'The line of stdin, counted from 1.' }),
    command: Type.Optional(oneOf(COMMAND_TYPES, 'The command; absent if the line is not a valid one.')),
    ok: Type.Boolean({ description: 'Whether it completed.' }),
    error: Type.Optional(text('Why it was refused or did not complete.')),
  },
  { title: 'command', description: 'The answer to a line of --stdin.' },
);

const WARNING = Type.Object({
  message: text('What was observed, and its meaning.'),
  count: count('The number of occurrences.'),
  firstAtMs: ms('The time of the first occurrence, after dialling'),
  clause: Type.Optional(clause),
  effect: Type.Optional(text('The effect of breaking the rule.')),
  fix: Type.Optional(text('How to fix it.')),
});

const TURN = Type.Object({
  t,
  disposition: oneOf(['no_input', 'no_match', 'match']),
  text: Type.Optional(text('The text of the bot in this turn.')),
  confidence: Type.Optional(Type.Number({ description: 'From 0 to 1.' })),
});

const PLAYBACK = Type.Object({
  startedAtMs: ms('The time when the caller began to hear it, after dialling'),
  replyMs: Type.Optional(
    ms('From the end of the speech of the caller, or from a later key; absent if neither came before it'),
  ),
  heardMs: Type.Optional(ms('The audio that was heard')),
  droppedMs: Type.Optional(ms('The audio that was dropped')),
  ended: Type.Optional(
    oneOf(
      ['completed', 'bargeIn', 'disconnected'],
      'Heard completely, dropped by barge-in, or interrupted by the end of the call.',
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
      durationMs: ms('From dialling to the event that determined the path'),
      heardMs: ms('Bot audio that the caller heard'),
      cutMs: ms('Bot audio that was waiting when the call ended'),
      flushedMs: ms('Bot audio that barge-in dropped'),
      underruns: count('How often the bot audio ran out and continued directly afterwards.'),
      bargeIns: count('The number of barge_in events.'),
      callerLateMs: ms('Silence that was sent because the caller audio was late'),
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
            { p99: ms('The 99th percentile'), max: ms('The maximum') },
            {
              description: 'How late frames of caller audio were sent, because of the machine of the caller.',
            },
          ),
        ),
        playbacks: Type.Array(PLAYBACK, { description: 'The playbacks of the bot, in order.' }),
      }),
      discardedOutputs: variables('Outputs that were assigned to no variable.'),
      trace: Type.Optional(text('The folder of the trace; absent if none was stored.')),
      record: Type.Optional(text('The file of --record.')),
      out: Type.Optional(text('The file of --out.')),
      problems: Type.Optional(names('The files that could not be written, one message each.')),
      expectations: Type.Optional(
        Type.Array(
          Type.Object({
            of: text('The subject, such as `path` or `output verified`.'),
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
    outputs: variables('The outputs that are assigned to variables of the flow.'),
    missing: names('Declared outputs that the bot did not return.'),
    undeclared: names('Returned outputs that are not declared.'),
  }),
  report('failure', 'The last line: the call took the failure path.', {
    failureOutputs: Type.Object({ errorType: Type.String(), errorMessage: Type.String() }),
    cause: oneOf(Object.keys(CAUSES), 'Why the call failed.'),
    clause: Type.Optional(clause),
    status: Type.Optional(
      Type.Integer({ description: 'The HTTP status of the response, if it was not an upgrade.' }),
    ),
    closeCode: Type.Optional(Type.Integer({ description: 'The close code of a lost connection.' })),
  }),
  report('disconnected', 'The last line: the caller left before the bot ended the call.', {
    reason: oneOf(['callerHangup', 'aborted']),
  }),
];

/** A line of `call --json` and `demo --json`. Further fields may be added before 1.0. */
export const CallEvent = Type.Union([...WIRE, COMMAND, ...RESULTS]);

/**
 * The JSON Schema of the lines of a verb, as text.
 *
 * @param name - file name without extension
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
    'One JSON object per line; the last one always has the type `result`.',
    CallEvent,
  );
}

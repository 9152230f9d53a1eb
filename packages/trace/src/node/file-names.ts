/** The files of a trace directory. */
export const TRACE_FILES = {
  rows: 'trace.ndjson',
  caller: 'caller.raw',
  bot: 'bot.raw',
  recording: 'call.wav',
  result: 'result.json',
} as const;

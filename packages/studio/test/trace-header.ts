/** The first line of a stored trace of a call that the client made. */
export const TRACE_HEADER = {
  format: 'hookline-trace',
  schemaVersion: 1,
  vantage: 'client',
  started: '2026-01-01T00:00:00.000Z',
  url: 'ws://localhost',
  codec: 'PCMU',
  rate: 8000,
  channels: ['external'],
  redactions: [],
};

import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { audioRuns, type WireEvent } from '@hookline/protocol';
import { audioLine, eventLine, headerLine, PERSONAL_DATA, readTrace, type Trace } from '@hookline/trace';
import { describe, expect, test } from 'vitest';
import { calibrate, calibrationPage, createCalibration, readOperationalEvents } from '../src/index.js';

const SESSION = '30b0e395-84d3-4570-ac13-9a62d8f514c0';
const CONVERSATION = '0a1b2c3d-84d3-4570-ac13-9a62d8f514c0';
const MEDIA = { type: 'audio', format: 'PCMU', channels: ['external'], rate: 8000 };
const SECRETS = [
  'SGVsbG8sIEkgYW0gdGhl',
  'hunter2-in-an-output',
  '+15550001',
  'Ann Smith',
  'very-secret-token',
];

interface CallVariant {
  readonly vantage?: 'client' | 'server' | 'proxy';
  /** The `seq` of `pong`; 2 is correct. */
  readonly pongSeq?: number;
  readonly closeReason?: string;
  /** Whether `closed` carries outputs, which breaks a rule. Default true. */
  readonly lateOutputs?: boolean;
  /** When an `error` was sent, and its code. */
  readonly errorAt?: readonly [ms: number, code: number];
  /** When Genesys closed with an error; default soon after the violation. */
  readonly errorCloseAt?: number;
  readonly secondPing?: number;
  readonly dtmf?: string;
  readonly redactions?: readonly string[];
}

/** A call of the platform from the vantage of a server, with secrets in every possible place. */
function call({
  vantage = 'server',
  pongSeq = 2,
  closeReason = 'end',
  secondPing = 3,
  dtmf = '1',
  redactions = [],
  lateOutputs = true,
  errorAt,
  errorCloseAt = 1100,
}: CallVariant = {}): Trace {
  let text = headerLine({
    format: 'hookline-trace',
    schemaVersion: 1,
    vantage,
    started: '2026-11-22T11:50:00.000Z',
    url: `/book?token=${SECRETS[4]}`,
    codec: 'PCMU',
    rate: 8000,
    channels: ['external'],
    redactions: [...redactions],
  });
  const runs = audioRuns((event) => {
    text += event.kind === 'audio' ? audioLine(event, 0) : eventLine(event);
  });
  const add = (t: number, dir: 'in' | 'out', message: object) =>
    runs.event({ kind: 'message', t, dir, text: JSON.stringify({ version: '2', id: SESSION, ...message }) });
  const client = (t: number, type: string, seq: number, serverseq: number, parameters: object = {}) =>
    add(t, 'in', { type, seq, serverseq, position: `PT${(t / 1000).toFixed(1)}S`, parameters });
  const head = [
    `GET /book?token=${SECRETS[4]} HTTP/1.1`,
    `Audiohook-Organization-Id: ${SESSION}`,
    `Audiohook-Session-Id: ${SESSION}`,
    `Audiohook-Correlation-Id: ${SESSION}`,
    `X-API-KEY: ${SECRETS[0]}`,
    '',
    '',
  ].join('\r\n');
  const ani = SECRETS[2];
  const participant = { id: SESSION, ani, aniName: SECRETS[3], dnis: '+18000002' };
  runs.event({ kind: 'request', t: 0, dir: 'in', head });
  runs.event({
    kind: 'response',
    t: 1,
    dir: 'out',
    status: 101,
    head: 'HTTP/1.1 101 Switching Protocols\r\n\r\n',
  });
  client(10, 'open', 1, 0, {
    organizationId: SESSION,
    conversationId: CONVERSATION,
    participant,
    media: [MEDIA],
  });
  add(20, 'out', {
    type: 'opened',
    seq: 1,
    clientseq: 1,
    parameters: { media: [MEDIA], startPaused: false },
  });
  client(1000, 'ping', 2, 1);
  add(1010, 'out', { type: 'pong', seq: pongSeq, clientseq: 2, parameters: {} });
  client(1020, 'dtmf', secondPing, 2, { digit: dtmf });
  if (errorAt) client(errorAt[0], 'error', secondPing + 1, 2, { code: errorAt[1], message: 'no' });
  const parameters = lateOutputs ? { outputVariables: { secret: SECRETS[1] } } : {};
  const closeAt = closeReason === 'error' ? errorCloseAt : 15_000;
  client(closeAt, 'close', errorAt ? 5 : 4, 2, { reason: closeReason });
  add(closeAt + 50, 'out', { type: 'closed', seq: pongSeq + 1, clientseq: errorAt ? 5 : 4, parameters });
  const end: WireEvent = { kind: 'end', t: closeAt + 100, by: 'peer', code: 1000, reason: SECRETS[3] ?? '' };
  runs.event(end);
  return readTrace(text);
}

/** The outcomes for Genesys, or for the bot. */
const outcomes = (report: ReturnType<typeof calibrate>, about: 'client' | 'server' = 'client') =>
  Object.fromEntries(
    report.clauses.flatMap(({ clause, side, outcome }) => (side === about ? [[clause.id, outcome]] : [])),
  );
const event = (code: string, conversationId = CONVERSATION) => ({ code, conversationId });

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

describe('a calibration', () => {
  test('does not retain the calls that it has evaluated', async () => {
    const calibration = createCalibration([]);
    const calls = [1, 2, 3].map(() => {
      const trace = call();
      calibration.add(trace);
      return new WeakRef(trace);
    });
    // A WeakRef keeps its target alive until the end of the current turn.
    await setImmediate();
    collectGarbage();
    expect(calls.map((reference) => reference.deref())).toEqual([undefined, undefined, undefined]);
    expect(calibration.report()).toEqual(calibrate([call(), call(), call()], []));
  });

  test('takes no masked value for what Genesys sent', () => {
    const found = outcomes(calibrate([call({ dtmf: '***', redactions: PERSONAL_DATA })], []));
    for (const id of ['AC-DTMF-1', 'AC-DTMF-2', 'AC-OPEN-9', 'AC-VAR-1'])
      expect([id, found[id]]).toEqual([id, 'not-exercised']);
    expect(found['AC-OPEN-1']).toBe('confirmed');
  });

  test('confirms clauses that Genesys kept; others are not exercised', () => {
    const report = calibrate([call()], []);
    const found = outcomes(report);
    for (const id of ['AC-CONN-7', 'AC-OPEN-1', 'AC-OPEN-9', 'AC-MSG-9', 'AC-DTMF-2', 'AC-CLOSE-7'])
      expect([id, found[id]]).toEqual([id, 'confirmed']);
    // Clauses that the bot kept give no evidence about the consequence of a violation.
    const bot = outcomes(report, 'server');
    expect([bot['AC-EVENT-1'], bot['AC-PING-2']]).toEqual(['not-exercised', 'not-exercised']);
    expect([found['AC-PAUSE-1'], found['AC-SIG-1']]).toEqual(['not-exercised', 'not-exercised']);
  });

  test('refutes a clause that Genesys broke in one call, even if other calls confirm it', () => {
    const report = calibrate([call(), call({ dtmf: 'E', secondPing: 9 })], []);
    expect(outcomes(report)).toMatchObject({ 'AC-DTMF-2': 'refuted', 'AC-MSG-6': 'refuted' });
    expect(report.clauses.find(({ clause }) => clause.id === 'AC-DTMF-2')).toMatchObject({
      confirmations: 1,
      refutations: 1,
      calls: [1, 2],
    });
  });

  test('refutes a clause that the bot broke if the platform continued the call', () => {
    const report = calibrate([call({ pongSeq: 7 })], []);
    const rule = report.clauses.find(({ clause, side }) => clause.id === 'AC-MSG-6' && side === 'server');
    expect(rule).toMatchObject({ outcome: 'refuted', refutations: 1 });
  });

  test('also if the platform sent an error which did not end the call', () => {
    const report = calibrate([call({ pongSeq: 7, errorAt: [2000, 429], closeReason: 'disconnect' })], []);
    expect(outcomes(report, 'server')['AC-MSG-6']).toBe('refuted');
  });

  test('confirms it if the platform ended the call with reason error, or reported an operational event', () => {
    const ended = [call({ pongSeq: 7, lateOutputs: false, closeReason: 'error' })];
    expect(outcomes(calibrate(ended, []), 'server')['AC-MSG-6']).toBe('confirmed');
    const report = calibrate([call({ pongSeq: 7, lateOutputs: false })], [event('AUDIOHOOK-0009')]);
    expect(outcomes(report, 'server')['AC-MSG-6']).toBe('confirmed');
    expect(report.calls[0]?.events).toEqual(['AUDIOHOOK-0009']);
  });

  test('does not confirm it if the call ended with an error much later, or was completed by the bot', () => {
    const late = calibrate(
      [call({ pongSeq: 7, lateOutputs: false, closeReason: 'error', errorCloseAt: 60_000 })],
      [],
    );
    expect(outcomes(late, 'server')['AC-MSG-6']).toBe('unclear');
    const completed = calibrate(
      [call({ pongSeq: 7, lateOutputs: false, closeReason: 'disconnect' })],
      [event('AUDIOHOOK-0009')],
    );
    expect(outcomes(completed, 'server')['AC-MSG-6']).toBe('refuted');
  });

  test('does not confirm what the bot broke only after the platform had ended the call with an error', () => {
    for (const events of [[], [event('AUDIOHOOK-0009')]]) {
      const report = calibrate([call({ closeReason: 'error' })], events);
      expect(outcomes(report, 'server')['AC-OUT-4']).toBe('unclear');
    }
    // Nor does it obscure what the bot broke before.
    const both = calibrate([call({ pongSeq: 7, closeReason: 'error' })], []);
    expect(outcomes(both, 'server')).toMatchObject({ 'AC-MSG-6': 'confirmed', 'AC-OUT-4': 'unclear' });
  });

  test('does not take messages of Genesys that keep a clause for evidence that bots have to', () => {
    const report = calibrate([call()], []);
    expect([outcomes(report)['AC-MSG-2'], outcomes(report, 'server')['AC-MSG-2']]).toEqual([
      'confirmed',
      'not-exercised',
    ]);
    expect(calibrationPage(report)).toMatch(/AC-MSG-2 \(server\)/);
    expect(calibrationPage(report)).toMatch(/\| AC-MSG-2 \| \w+ \| client \|/);
  });

  test('assigns events to calls by conversation, and counts the others', () => {
    const events = [
      event('AUDIOHOOK-0004'),
      event('AUDIOHOOK-0012', SESSION),
      event('AUDIOHOOK-0012', SESSION),
    ];
    const report = calibrate([call()], events);
    expect([report.calls[0]?.events, report.otherEvents]).toEqual([
      ['AUDIOHOOK-0004'],
      { 'AUDIOHOOK-0012': 2 },
    ]);
  });

  test("refuses a call by Hookline's client", () => {
    expect(() => calibrate([call(), call({ vantage: 'client' })], [])).toThrow(
      expect.objectContaining({ code: 'CONFORMANCE_BAD_TRACE', message: expect.stringContaining('Trace 2') }),
    );
  });

  test('renders a page without secrets, phone numbers, names or identifiers, in any encoding', () => {
    const page = calibrationPage(calibrate([call({ pongSeq: 7 })], [event('AUDIOHOOK-0009')]));
    const forms = [...SECRETS, SESSION, CONVERSATION].flatMap((secret) => [
      secret,
      encodeURIComponent(secret),
      Buffer.from(secret).toString('base64').replace(/=+$/, ''),
      Buffer.from(secret).toString('base64url'),
      Buffer.from(secret).toString('hex'),
    ]);
    for (const form of forms) expect(page.toLowerCase()).not.toContain(form.toLowerCase());
    expect(page).toMatch(/## Confirmed \(\d+\)/);
    expect(page).toContain('AUDIOHOOK-0009');
  });
});

describe('a dump of operational events', () => {
  const entity = { id: 'AUDIOHOOK-0009', name: 'x', description: 'y' };
  const one = {
    eventEntity: entity,
    entityType: 'integration',
    conversationId: CONVERSATION.toUpperCase(),
    timestamp: 1,
  };
  test.each<[string, string]>([
    ['a page', JSON.stringify({ entities: [one], nextUri: '' })],
    ['a list of pages', JSON.stringify([{ entities: [one] }, { entities: [] }])],
    ['a list of events', JSON.stringify([one])],
    ['one event', JSON.stringify(one)],
    ['NDJSON', `${JSON.stringify(one)}\n`.repeat(1)],
    ['a page after a byte order mark', `\uFEFF${JSON.stringify({ entities: [one] })}`],
    ['NDJSON after a byte order mark', `\uFEFF${JSON.stringify(one)}\n{}\n`],
    ['notifications', JSON.stringify([{ topicName: 'a', eventBody: one }])],
    [
      'a conversation as an object',
      JSON.stringify([{ eventDefinition: entity, conversation: { id: CONVERSATION } }]),
    ],
  ])('is read as %s', (_, text) => {
    expect(readOperationalEvents(text, 'events.json')).toEqual([event('AUDIOHOOK-0009')]);
  });

  test('skips events of other products, and is refused if it contains no events', () => {
    const other = { eventEntity: { id: 'PLATFORM-0001' }, conversationId: CONVERSATION };
    expect(readOperationalEvents(JSON.stringify([other]), 'e')).toEqual([]);
    for (const text of ['nonsense', '{"a":1}'])
      expect(() => readOperationalEvents(text, 'e.json')).toThrow(/e\.json contains no operational events/);
  });
});

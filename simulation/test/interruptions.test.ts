import { expect, it } from 'vitest';
import { BotRecord } from '../src/bot-record.js';
import { CallLog, type ReportedEvent } from '../src/call-log.js';
import { drawCallPlan } from '../src/call-plan.js';
import { CallerRecord } from '../src/caller-record.js';
import { interruptions } from '../src/invariants/interruptions.js';
import { drawNetworkConditions } from '../src/network-conditions.js';
import { Random } from '../src/random.js';

const KEY: ReportedEvent = { atMs: 0, dir: 'in', type: 'dtmf', bytes: 0, message: {} };
const BARGE_IN: ReportedEvent = {
  ...{ atMs: 0, dir: 'out', type: 'event', bytes: 0 },
  message: { parameters: { entities: [{ type: 'barge_in', data: {} }] } },
};

/** The violations in a call in which the server reported these events and the bot did what `bot` records. */
function check(events: readonly ReportedEvent[], bot = new BotRecord()): readonly string[] {
  const log = new CallLog();
  log.reported.server.push(...events);
  return interruptions({
    plan: { ...drawCallPlan(new Random(1)), sinksThrow: false, sinkFactoryThrows: false },
    network: { ...drawNetworkConditions(new Random(1), 1000), faults: [] },
    log,
    caller: new CallerRecord(),
    bot,
    concurrentCall: undefined,
    bothClosedAtMs: 1000,
    pendingTimers: { afterClose: 0, atEnd: 0 },
    unexpectedErrors: [],
  });
}

function botWithCollections(...collections: BotRecord['collections']): BotRecord {
  const bot = new BotRecord();
  bot.collections.push(...collections);
  return bot;
}

it('accepts two barge-ins of a key: when it is pressed, and when it is collected', () => {
  expect(check([KEY, BARGE_IN, BARGE_IN], botWithCollections({ reportedCount: 2, bargeIn: true }))).toEqual(
    [],
  );
});

it.each<[string, ReportedEvent[], BotRecord]>([
  ['two barge-ins of one key', [KEY, BARGE_IN, BARGE_IN], new BotRecord()],
  ['a barge-in before its cause', [BARGE_IN, KEY], new BotRecord()],
  [
    'a third barge-in of one key',
    [KEY, BARGE_IN, BARGE_IN, BARGE_IN],
    botWithCollections({ reportedCount: 2, bargeIn: true }),
  ],
  [
    'a second barge-in of a key when its collection does not allow barge-in',
    [KEY, BARGE_IN, BARGE_IN],
    botWithCollections({ reportedCount: 2, bargeIn: false }),
  ],
  [
    'a second barge-in of a key when its collection started before the key',
    [KEY, BARGE_IN, BARGE_IN],
    botWithCollections({ reportedCount: 0, bargeIn: true }),
  ],
  [
    'a barge-in for keys that an earlier collection took',
    [KEY, BARGE_IN, BARGE_IN, BARGE_IN],
    botWithCollections(
      { reportedCount: 2, bargeIn: true, result: { digits: '1', ended: 'max' } },
      { reportedCount: 3, bargeIn: true },
    ),
  ],
])('reports %s', (_, events, bot) => {
  expect(check(events, bot)).toHaveLength(1);
});

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

/** What the invariant finds in a call in which the server told this, and the bot did what is noted in `bot`. */
function judge(events: readonly ReportedEvent[], bot = new BotRecord()): readonly string[] {
  const log = new CallLog();
  log.reported.server.push(...events);
  return interruptions({
    plan: { ...drawCallPlan(new Random(1)), sinksThrow: false, sinkFactoryThrows: false },
    network: { ...drawNetworkConditions(new Random(1), 1000), faults: [] },
    log,
    caller: new CallerRecord(),
    bot,
    neighbour: undefined,
    goneAtMs: 1000,
    pendingTimers: { whenGone: 0, atTheEnd: 0 },
    stray: [],
  });
}

function collecting(...collections: BotRecord['collections']): BotRecord {
  const bot = new BotRecord();
  bot.collections.push(...collections);
  return bot;
}

it('lets a key interrupt when it is pressed, and again when it is collected', () => {
  expect(judge([KEY, BARGE_IN, BARGE_IN], collecting({ reportedCount: 2, bargeIn: true }))).toEqual([]);
});

it.each<[string, ReportedEvent[], BotRecord]>([
  ['two barge-ins of one key', [KEY, BARGE_IN, BARGE_IN], new BotRecord()],
  ['a barge-in before its cause', [BARGE_IN, KEY], new BotRecord()],
  [
    'a third barge-in of one key',
    [KEY, BARGE_IN, BARGE_IN, BARGE_IN],
    collecting({ reportedCount: 2, bargeIn: true }),
  ],
  [
    'one of a collection that lets what plays go on',
    [KEY, BARGE_IN, BARGE_IN],
    collecting({ reportedCount: 2, bargeIn: false }),
  ],
  [
    'one of a collection that was there before the key',
    [KEY, BARGE_IN, BARGE_IN],
    collecting({ reportedCount: 0, bargeIn: true }),
  ],
  [
    'one of keys that an earlier collection took',
    [KEY, BARGE_IN, BARGE_IN, BARGE_IN],
    collecting(
      { reportedCount: 2, bargeIn: true, result: { digits: '1', ended: 'max' } },
      { reportedCount: 3, bargeIn: true },
    ),
  ],
])('finds %s', (_, told, bot) => {
  expect(judge(told, bot)).toHaveLength(1);
});

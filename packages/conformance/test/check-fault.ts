import { type CheckReport, type FaultName, runChecks, serveFault } from '@hookline/conformance';
import { sleep, systemClock } from '@hookline/runtime';

const API_KEY = 'conformance-test-key';
const SECRET = 'Y29uZm9ybWFuY2UtdGVzdC1zZWNyZXQtMTIzNDU=';

/** Shorter than those of the platform, so that bots which never answer do not take minutes. */
const DEADLINES = { openedMs: 2000, pongMs: 2000, closedMs: 2000 };
const LATE = { opened: 2600, pong: 2600, closed: 2600 };

/** Scenarios that run alone take long, and are needed only for the faults that they test. */
const EXCLUSIVE = {
  'AC-MSG-16': 'malformed',
  'AC-CONN-10': 'lost-connections',
  'AC-SIG-12': 'broken-signatures',
} as const;

/** Checks a faulty bot, or the same bot without a fault, over real sockets. */
export async function checkFault(name: FaultName | undefined, breaks?: string): Promise<CheckReport> {
  const bot = await serveFault(name, {
    port: 0,
    auth: { apiKey: API_KEY, clientSecret: SECRET },
    lateMs: LATE,
  });
  try {
    return await runChecks({
      target: { url: bot.url, baseUrl: new URL('/', bot.url).href, apiKey: API_KEY, clientSecret: SECRET },
      deadlines: DEADLINES,
      parallel: 20,
      skip: name === undefined ? [] : Object.keys(EXCLUSIVE).filter((clause) => clause !== breaks),
    });
  } finally {
    await bot.close();
  }
}

/** The delay between the first runs, in milliseconds: a simultaneous start would exceed the deadlines. */
const STAGGER_MS = 250;

/** Runs at most `size` items at a time. The promises are in the order of the items. */
export function pooled<T, R>(
  items: readonly T[],
  size: number,
  run: (item: T, index: number) => Promise<R>,
): Promise<R>[] {
  const starts = items.map(() => deferred());
  let next = size;
  return items.map(async (item, index) => {
    if (index < size) await sleep(systemClock, index * STAGGER_MS);
    else await starts[index]?.promise;
    try {
      return await run(item, index);
    } finally {
      starts[next]?.resolve();
      next += 1;
    }
  });
}

function deferred(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

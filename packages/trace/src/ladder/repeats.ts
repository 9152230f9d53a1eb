import type { LadderEvent } from './row.js';

type Violation = Extract<LadderEvent, { kind: 'violation' }>;

/** How many different violations are counted; each further one has a row every time. */
const MAX_DISTINCT = 100;

/** Violations that differ in numbers only are one and the same, shown once and counted. */
export interface Repeats {
  /** How often it occurred, this time included; always 1 for one beyond the limit. */
  count(event: Violation): number;
  /** What occurred more than once since the last call, with its count and the time of the last. */
  take(): readonly { readonly event: Violation; readonly count: number }[];
}

/** Creates the counter. */
export function createRepeats(): Repeats {
  const seen = new Map<string, { event: Violation; count: number; shown: number }>();
  return {
    count(event) {
      const key = sameness(event);
      const known = seen.get(key);
      if (known) {
        known.count += 1;
        known.event = event;
        return known.count;
      }
      if (seen.size < MAX_DISTINCT) seen.set(key, { event, count: 1, shown: 1 });
      return 1;
    },
    take() {
      const fresh = [...seen.values()].filter(({ count, shown }) => count > shown);
      for (const one of fresh) one.shown = one.count;
      return fresh;
    },
  };
}

/** How often each violation of a whole call came, by what makes violations the same. */
export function countRepeats(events: readonly LadderEvent[]): (event: Violation) => number {
  const counts = new Map<string, number>();
  for (const event of events) {
    if (event.kind !== 'violation') continue;
    const key = sameness(event);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return (event) => counts.get(sameness(event)) ?? 1;
}

function sameness({ clause, text, fatal }: Violation): string {
  return `${fatal} ${clause} ${text.replace(/[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}|\d+(?:\.\d+)?/gi, '#')}`;
}

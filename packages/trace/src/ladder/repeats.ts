import type { LadderEvent } from './row.js';

type Violation = Extract<LadderEvent, { kind: 'violation' }>;

/** How many different violations are counted; any other one has a row each time. */
const MAX_DISTINCT = 100;

/** Counts repeated violations, which are shown once. Violations that differ only in numbers count as equal. */
export interface Repeats {
  /** How often the violation has occurred, including this time; always 1 beyond the limit. */
  count(event: Violation): number;
  /** The violations that occurred more than once since the last call, with count and last time. */
  take(): readonly { readonly event: Violation; readonly count: number }[];
}

/** Creates the counter. */
export function createRepeats(): Repeats {
  const seen = new Map<string, { event: Violation; count: number; shown: number }>();
  return {
    count(event) {
      const key = violationKey(event);
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
      const isNew = [...seen.values()].filter(({ count, shown }) => count > shown);
      for (const one of isNew) one.shown = one.count;
      return isNew;
    },
  };
}

/** The count of each violation in a complete call, by the key of equal violations. */
export function countRepeats(events: readonly LadderEvent[]): (event: Violation) => number {
  const counts = new Map<string, number>();
  for (const event of events) {
    if (event.kind !== 'violation') continue;
    const key = violationKey(event);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return (event) => counts.get(violationKey(event)) ?? 1;
}

function violationKey({ clause, text, fatal }: Violation): string {
  return `${fatal} ${clause} ${text.replace(/[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}|\d+(?:\.\d+)?/gi, '#')}`;
}

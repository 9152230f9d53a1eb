import { seededRandom } from '@hookline/runtime';

/** The rules of the fleet, as the manifests have them. Times are in seconds. */
export interface FleetRules {
  readonly minPods: number;
  readonly maxPods: number;
  /** Calls a pod takes. */
  readonly maxSessions: number;
  /** Calls a pod is scaled for. */
  readonly targetSessions: number;
  /** The largest of these is added at a time, in each `scaleUpEvery`. */
  readonly scaleUpPercent: number;
  readonly scaleUpPods: number;
  readonly scaleUpEvery: number;
  readonly scaleDownPercent: number;
  readonly scaleDownEvery: number;
  /** The largest fleet that was wanted in this time is kept. */
  readonly scaleDownWindow: number;
  /** From SIGTERM on; its last two seconds are left to say goodbye. */
  readonly drain: number;
  readonly preStop: number;
  /** After it the pod is killed. */
  readonly grace: number;
}

/** The calls of a day. */
export interface Day {
  /** Calls at a time in the busiest hour. */
  readonly peakCalls: number;
  /** In seconds; the longest is the platform's. */
  readonly meanCall: number;
  readonly longestCall: number;
  /** From the start of a pod to its readiness, and from its end until the balancer sends it nothing. */
  readonly podStart: number;
  readonly podLeave: number;
  /** When every pod is replaced by a new version, in seconds from midnight. */
  readonly deployAt: number;
  readonly seed: number;
}

/** What came of it. */
export interface DayResult {
  readonly calls: number;
  /** Calls that were ended by the end of their pod. */
  readonly cut: number;
  /** Calls for which no pod had room. */
  readonly refused: number;
  readonly peakCalls: number;
  readonly peakPods: number;
  readonly podHours: number;
}

const DAY_SECONDS = 86_400;
const AUTOSCALER_SECONDS = 15;
/** How busy each hour is, of the busiest: a contact centre of one country. */
const HOURS = [3, 2, 2, 2, 3, 6, 15, 40, 75, 95, 100, 92, 78, 80, 92, 95, 85, 65, 45, 30, 20, 12, 8, 5];

/** A pod: its calls by the second in which they end. */
class Pod {
  readonly readyAt: number;
  readonly version: number;
  readonly #ends: Int32Array;
  calls = 0;
  endedAt = Number.POSITIVE_INFINITY;

  constructor(readyAt: number, version: number, longestCall: number) {
    this.readyAt = readyAt;
    this.version = version;
    this.#ends = new Int32Array(longestCall + 1);
  }

  get leaving(): boolean {
    return this.endedAt < Number.POSITIVE_INFINITY;
  }

  add(now: number, seconds: number): void {
    const slot = (now + seconds) % this.#ends.length;
    this.#ends[slot] = (this.#ends[slot] ?? 0) + 1;
    this.calls += 1;
  }

  endCalls(now: number): void {
    const slot = now % this.#ends.length;
    this.calls -= this.#ends[slot] ?? 0;
    this.#ends[slot] = 0;
  }
}

/** Plays a day second by second: arrivals, least connections, the autoscaler, a deploy, and the drain of each pod. */
export function playDay(rules: FleetRules, day: Day): DayResult {
  const random = seededRandom(day.seed);
  let pods: Pod[] = Array.from({ length: rules.minPods }, () => new Pod(0, 1, day.longestCall));
  const wanted: { readonly at: number; readonly pods: number }[] = [];
  let [version, calls, cut, refused, peakCalls, peakPods, podSeconds] = [1, 0, 0, 0, 0, 0, 0];
  let [scaledUpAt, scaledDownAt, carry] = [-rules.scaleUpEvery, -rules.scaleDownEvery, 0];
  const start = (now: number) => pods.push(new Pod(now + day.podStart, version, day.longestCall));
  const staying = () => pods.filter((pod) => !pod.leaving);

  for (let now = 0; now < DAY_SECONDS; now++) {
    for (const pod of pods) pod.endCalls(now);
    const killedAfter = Math.min(rules.grace, rules.preStop + rules.drain - 2);
    pods = pods.filter((pod) => {
      const over =
        pod.leaving &&
        (pod.calls === 0 ? now >= pod.endedAt + day.podLeave : now >= pod.endedAt + killedAfter);
      if (over) cut += pod.calls;
      return !over;
    });

    const hour = now / 3600;
    const [before = 0, after = 0] = [HOURS[Math.floor(hour)], HOURS[(Math.floor(hour) + 1) % HOURS.length]];
    const busy = (before + (after - before) * (hour % 1)) / 100;
    carry += ((day.peakCalls * busy) / day.meanCall) * 2 * random();
    const takers = pods.filter((pod) => pod.readyAt <= now && now < pod.endedAt + day.podLeave);
    for (; carry >= 1; carry -= 1) {
      calls += 1;
      let least: Pod | undefined;
      for (const pod of takers) if (!least || pod.calls < least.calls) least = pod;
      if (!least || least.calls >= rules.maxSessions) refused += 1;
      else
        least.add(
          now,
          Math.max(1, Math.min(day.longestCall, Math.round(-Math.log(1 - random()) * day.meanCall))),
        );
    }

    if (now === day.deployAt) version += 1;
    replaceOne(staying(), version, now, () => start(now));
    if (now % AUTOSCALER_SECONDS === 0) scale(now);
    peakCalls = Math.max(
      peakCalls,
      pods.reduce((sum, pod) => sum + pod.calls, 0),
    );
    peakPods = Math.max(peakPods, pods.length);
    podSeconds += pods.length;
  }
  return { calls, cut, refused, peakCalls, peakPods, podHours: podSeconds / 3600 };

  function scale(now: number): void {
    const ready = staying().filter((pod) => pod.readyAt <= now);
    const sessions = ready.reduce((sum, pod) => sum + pod.calls, 0);
    const current = staying().length;
    const desired = Math.min(
      rules.maxPods,
      Math.max(rules.minPods, Math.ceil(sessions / rules.targetSessions)),
    );
    wanted.push({ at: now, pods: desired });
    while (wanted[0] && wanted[0].at < now - rules.scaleDownWindow) wanted.shift();
    if (desired > current && now >= scaledUpAt + rules.scaleUpEvery) {
      const most = Math.max(Math.floor((current * rules.scaleUpPercent) / 100), rules.scaleUpPods);
      for (let count = Math.min(desired - current, most); count > 0; count--) start(now);
      scaledUpAt = now;
    }
    const kept = Math.max(...wanted.map((one) => one.pods));
    if (kept < current && now >= scaledDownAt + rules.scaleDownEvery) {
      const most = Math.max(1, Math.floor((current * rules.scaleDownPercent) / 100));
      const idlest = [...ready].sort((a, b) => a.calls - b.calls).slice(0, Math.min(current - kept, most));
      for (const pod of idlest) pod.endedAt = now;
      scaledDownAt = now;
    }
  }
}

/** A rolling update with one pod more and none less: when all of the new version are ready, one of the old ends and one starts. */
function replaceOne(staying: readonly Pod[], version: number, now: number, start: () => void): void {
  const old = staying.filter((pod) => pod.version < version);
  const [first] = old;
  if (!first || staying.some((pod) => pod.readyAt > now)) return;
  if (old.length < staying.length) first.endedAt = now;
  if (old.length > 1 || old.length === staying.length) start();
}

import { seededRandom } from '@hookline/runtime';

/** Scaling and shutdown settings of the fleet, as in the manifests. Times are in seconds. */
export interface FleetRules {
  readonly minPods: number;
  readonly maxPods: number;
  /** Maximum calls per pod. */
  readonly maxSessions: number;
  /** Target calls per pod for the autoscaler. */
  readonly targetSessions: number;
  /** Limits of a scale-up step, of which the larger applies, once per `scaleUpEvery`. */
  readonly scaleUpPercent: number;
  readonly scaleUpPods: number;
  readonly scaleUpEvery: number;
  readonly scaleDownPercent: number;
  readonly scaleDownEvery: number;
  /** Stabilization window: the fleet keeps the largest size desired within this time. */
  readonly scaleDownWindow: number;
  /** Drain time after SIGTERM; the last two seconds are reserved for closing the remaining calls. */
  readonly drain: number;
  readonly preStop: number;
  /** Termination grace period, after which the pod is killed. */
  readonly grace: number;
}

/** The load of a day. */
export interface Day {
  /** Concurrent calls in the busiest hour. */
  readonly peakCalls: number;
  /** Durations in seconds; `longestCall` is the platform's limit. */
  readonly meanCall: number;
  readonly longestCall: number;
  /** Time from the start of a pod to its readiness, and from its termination until the load balancer stops using it. */
  readonly podStart: number;
  readonly podLeave: number;
  /** When every pod is replaced by a new version, in seconds from midnight. */
  readonly deployAt: number;
  readonly seed: number;
}

/** The result of a simulated day. */
export interface DayResult {
  readonly calls: number;
  /** Calls cut off by the termination of their pod. */
  readonly cut: number;
  /** Calls for which no pod had capacity. */
  readonly refused: number;
  readonly peakCalls: number;
  readonly peakPods: number;
  readonly podHours: number;
}

const DAY_SECONDS = 86_400;
const AUTOSCALER_SECONDS = 15;
/** Load of each hour, in percent of the busiest: a contact centre of one country. */
const HOURS = [3, 2, 2, 2, 3, 6, 15, 40, 75, 95, 100, 92, 78, 80, 92, 95, 85, 65, 45, 30, 20, 12, 8, 5];

/** A pod, with its calls indexed by the second in which they end. */
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

  get terminating(): boolean {
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

/** Simulates a day second by second: arrivals, least-connections balancing, autoscaling, a deployment, and draining pods. */
export function simulateDay(rules: FleetRules, day: Day): DayResult {
  const random = seededRandom(day.seed);
  let pods: Pod[] = Array.from({ length: rules.minPods }, () => new Pod(0, 1, day.longestCall));
  const desiredHistory: { readonly at: number; readonly pods: number }[] = [];
  let [version, calls, cutCalls, refused, peakCalls, peakPods, podSeconds] = [1, 0, 0, 0, 0, 0, 0];
  let [scaledUpAt, scaledDownAt, carry] = [-rules.scaleUpEvery, -rules.scaleDownEvery, 0];
  const start = (now: number) => pods.push(new Pod(now + day.podStart, version, day.longestCall));
  const activePods = () => pods.filter((pod) => !pod.terminating);

  for (let now = 0; now < DAY_SECONDS; now++) {
    for (const pod of pods) pod.endCalls(now);
    const killedAfter = Math.min(rules.grace, rules.preStop + rules.drain - 2);
    pods = pods.filter((pod) => {
      const finished =
        pod.terminating &&
        (pod.calls === 0 ? now >= pod.endedAt + day.podLeave : now >= pod.endedAt + killedAfter);
      if (finished) cutCalls += pod.calls;
      return !finished;
    });

    const hour = now / 3600;
    const [before = 0, after = 0] = [HOURS[Math.floor(hour)], HOURS[(Math.floor(hour) + 1) % HOURS.length]];
    const busy = (before + (after - before) * (hour % 1)) / 100;
    carry += ((day.peakCalls * busy) / day.meanCall) * 2 * random();
    const readyPods = pods.filter((pod) => pod.readyAt <= now && now < pod.endedAt + day.podLeave);
    for (; carry >= 1; carry -= 1) {
      calls += 1;
      let least: Pod | undefined;
      for (const pod of readyPods) if (!least || pod.calls < least.calls) least = pod;
      if (!least || least.calls >= rules.maxSessions) refused += 1;
      else
        least.add(
          now,
          Math.max(1, Math.min(day.longestCall, Math.round(-Math.log(1 - random()) * day.meanCall))),
        );
    }

    if (now === day.deployAt) version += 1;
    rollOut(activePods(), version, now, () => start(now));
    if (now % AUTOSCALER_SECONDS === 0) scale(now);
    peakCalls = Math.max(
      peakCalls,
      pods.reduce((sum, pod) => sum + pod.calls, 0),
    );
    peakPods = Math.max(peakPods, pods.length);
    podSeconds += pods.length;
  }
  return { calls, cut: cutCalls, refused, peakCalls, peakPods, podHours: podSeconds / 3600 };

  function scale(now: number): void {
    const ready = activePods().filter((pod) => pod.readyAt <= now);
    const sessions = ready.reduce((sum, pod) => sum + pod.calls, 0);
    const current = activePods().length;
    const desired = Math.min(
      rules.maxPods,
      Math.max(rules.minPods, Math.ceil(sessions / rules.targetSessions)),
    );
    desiredHistory.push({ at: now, pods: desired });
    while (desiredHistory[0] && desiredHistory[0].at < now - rules.scaleDownWindow) desiredHistory.shift();
    if (desired > current && now >= scaledUpAt + rules.scaleUpEvery) {
      const limit = Math.max(Math.floor((current * rules.scaleUpPercent) / 100), rules.scaleUpPods);
      for (let count = Math.min(desired - current, limit); count > 0; count--) start(now);
      scaledUpAt = now;
    }
    const target = Math.max(...desiredHistory.map((one) => one.pods));
    if (target < current && now >= scaledDownAt + rules.scaleDownEvery) {
      const limit = Math.max(1, Math.floor((current * rules.scaleDownPercent) / 100));
      const leastBusy = [...ready]
        .sort((a, b) => a.calls - b.calls)
        .slice(0, Math.min(current - target, limit));
      for (const pod of leastBusy) pod.endedAt = now;
      scaledDownAt = now;
    }
  }
}

/** One step of a rolling update with a surge of one pod: once all new pods are ready, terminates an old one and starts a new one. */
function rollOut(activePods: readonly Pod[], version: number, now: number, start: () => void): void {
  const old = activePods.filter((pod) => pod.version < version);
  const [first] = old;
  if (!first || activePods.some((pod) => pod.readyAt > now)) return;
  if (old.length < activePods.length) first.endedAt = now;
  if (old.length > 1 || old.length === activePods.length) start();
}

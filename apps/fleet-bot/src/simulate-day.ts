import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { type FleetRules, simulateDay } from './day.js';

const kubernetes = (name: string) =>
  parse(readFileSync(new URL(`../../../deploy/kubernetes/${name}.yaml`, import.meta.url), 'utf8'));

/** Reads the settings from the manifests of deploy/kubernetes. */
export function rulesOfManifests(): FleetRules {
  const pod = kubernetes('deployment').spec.template.spec;
  const [{ env, lifecycle }] = pod.containers;
  const variable = (wanted: string) =>
    Number(env.find(({ name }: { name: string }) => name === wanted).value);
  const { minReplicas, maxReplicas, metrics, behavior } = kubernetes('autoscaler').spec;
  const [percent, pods] = behavior.scaleUp.policies;
  const [down] = behavior.scaleDown.policies;
  return {
    minPods: minReplicas,
    maxPods: maxReplicas,
    maxSessions: variable('MAX_SESSIONS'),
    targetSessions: Number(metrics[0].pods.target.averageValue),
    scaleUpPercent: percent.value,
    scaleUpPods: pods.value,
    scaleUpEvery: pods.periodSeconds,
    scaleDownPercent: down.value,
    scaleDownEvery: down.periodSeconds,
    scaleDownWindow: behavior.scaleDown.stabilizationWindowSeconds,
    drain: variable('DRAIN_SECONDS'),
    preStop: Number(lifecycle.preStop.exec.command[1]),
    grace: pod.terminationGracePeriodSeconds,
  };
}

/** A day with a deployment in the busiest hour. */
export const BUSY_DAY = {
  peakCalls: 10_000,
  meanCall: 180,
  longestCall: 900,
  podStart: 20,
  podLeave: 3,
  deployAt: 10 * 3600,
  seed: 1,
};

if (process.argv[1]?.endsWith('simulate-day.js')) {
  const peakCalls = Number(process.argv[2] ?? BUSY_DAY.peakCalls);
  const result = simulateDay(rulesOfManifests(), { ...BUSY_DAY, peakCalls });
  for (const [name, value] of Object.entries(result)) console.log(`${name.padEnd(10)} ${Math.round(value)}`);
}

import { type CallAudioConnectorOptions, callAudioConnector } from '@hookline/client';
import { type ArtifactFlags, type Kept, keepArtifacts } from './artifacts.js';
import { carryOut } from './carry-out.js';
import { EXIT } from './exit-codes.js';
import { judge, type Verdict } from './expectations.js';
import { hangUpOnInterrupt } from './interrupt.js';
import type { CallPlan } from './options/call-plan.js';
import { combineSinks } from './output/combine-sinks.js';
import type { Console } from './output/console.js';
import { jsonView, ladderView } from './output/live-view.js';
import { createMasking } from './output/masked.js';
import { reportCall } from './output/report-call.js';
import { findingsOf, rulesBroken } from './output/rules.js';
import type { Run } from './run.js';

/** A call that a verb wants made. */
export interface CallOrder {
  readonly action: CallAudioConnectorOptions;
  /** What is dialled. */
  readonly url: string;
  readonly plan: CallPlan;
  readonly flags: ArtifactFlags & { readonly json?: boolean; readonly ladder?: boolean };
  readonly console: Console;
  readonly run: Run;
}

/** Makes one call, shows it, keeps what is to be kept, prints its outcome, and returns the exit code. */
export async function makeCall(order: CallOrder): Promise<number> {
  const { action, url, plan, flags, console, run } = order;
  const artifacts = keepArtifacts(flags, url, run);
  const views = [
    ...(flags.json ? [jsonView(console)] : []),
    ...(flags.ladder ? [ladderView(console, botTitle(url), flags.json ? console.err : console.out)] : []),
  ];
  const masking = createMasking();
  const sink = combineSinks([...artifacts.sinks, masking.sink, ...views.map((view) => view.sink)]);
  const call = callAudioConnector({ ...action, clock: run.clock, sink });

  const interrupt = hangUpOnInterrupt(run, call);
  carryOut(plan, call, run.clock);
  const result = masking.result(await call.result);
  await Promise.race([call.closed, interrupt.impatience]);
  for (const view of views) view.finish();

  const findings = findingsOf(result);
  const broken = rulesBroken(findings);
  const judged = judge(result, plan.expected, broken);
  const outcome = interrupt.interrupted
    ? { ...judged, exitCode: EXIT.interrupted, reason: 'interrupted' }
    : judged;
  const kept = await artifacts.finish(result, outcome.exitCode !== EXIT.success || broken > 0);
  const verdict = countLosses(outcome, kept);
  reportCall({ result, verdict, findings, kept, url: masking.text(url) }, console, flags.json === true);
  interrupt.stop();
  // The connection that nobody waits for any more would keep the process.
  if (interrupt.insisted) run.exitNow(verdict.exitCode);
  return verdict.exitCode;
}

/** A good call is no success when what it was to leave behind could not be written. */
function countLosses(verdict: Verdict, { problems: [first] }: Kept): Verdict {
  return verdict.exitCode === EXIT.success && first !== undefined
    ? { ...verdict, exitCode: EXIT.internal, reason: first }
    : verdict;
}

/** Host and path of the bot, as the ladder names it. */
function botTitle(url: string): string {
  return `bot ${createMasking()
    .text(url)
    .replace(/^wss?:\/\//, '')
    .replace(/\?.*$/, '')}`;
}

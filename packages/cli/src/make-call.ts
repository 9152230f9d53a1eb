import {
  atMoment,
  type Call,
  type CallAudioConnectorOptions,
  callAudioConnector,
  hangUpWhenIdle,
  sayInTurn,
} from '@hookline/client';
import type { WireSink } from '@hookline/protocol';
import { createPersonalDataMask } from '@hookline/trace';
import { type ArtifactFlags, type Kept, keepArtifacts } from './artifacts.js';
import { type CommandLog, runCommands } from './commands/run-commands.js';
import type { CliContext } from './context.js';
import { EXIT } from './exit-codes.js';
import { judge, type Verdict } from './expectations.js';
import { hangUpOnInterrupt } from './interrupt.js';
import type { CallPlan } from './options/call-plan.js';
import { callStatus } from './output/call-status.js';
import { combineSinks } from './output/combine-sinks.js';
import type { Console } from './output/console.js';
import { botTitle, jsonView, ladderView } from './output/live-view.js';
import { createMasking } from './output/masked.js';
import { reportCall } from './output/report-call.js';
import { findingsOf, rulesBroken } from './output/rules.js';
import { plainText } from './output/text.js';

/** A call that a verb wants made. */
export interface CallOrder {
  readonly action: CallAudioConnectorOptions;
  /** What is dialled. */
  readonly url: string;
  readonly plan: CallPlan;
  /** Masked in all that is shown and kept of the call. */
  readonly secrets: readonly string[];
  readonly flags: ArtifactFlags & { readonly json?: boolean; readonly ladder?: boolean };
  readonly console: Console;
  readonly context: CliContext;
}

/** Makes one call, shows it, keeps what is to be kept, prints its outcome, and returns the exit code. */
export async function makeCall(order: CallOrder): Promise<number> {
  const { action, url, plan, secrets, flags, console, context } = order;
  const artifacts = keepArtifacts(flags, url, secrets, context);
  const views = [
    ...(flags.json ? [jsonView(console, secrets)] : []),
    ...(flags.ladder
      ? [ladderView(console, botTitle(url), secrets, flags.json ? console.err : console.out)]
      : []),
  ];
  const masking = createMasking(secrets);
  const status = callStatus(
    console,
    context.clock,
    { waiting: () => views.flatMap((view) => view.waiting()) },
    { format: 'PCMU', ...action.media },
  );
  const sink = combineSinks(
    [...artifacts.sinks, masking.sink, ...views.map((view) => view.sink), status.sink],
    (message) => console.err(`hookline: a part of what is shown or kept of the call is missing: ${message}`),
  );
  const personal = flags.redactPii ? createPersonalDataMask() : undefined;
  const shown = personal
    ? { ...sink, event: (event: Parameters<WireSink['event']>[0]) => sink.event(personal.event(event)) }
    : sink;
  const call = callAudioConnector({ ...action, clock: context.clock, sink: shown });
  const stopStatus = status.show();

  const interrupt = hangUpOnInterrupt(context, call);
  const commanded = runScript(plan, call, context, commandLog(console, flags.json === true));
  const ended = masking.result(await call.result);
  await Promise.race([call.closed, interrupt.secondSignal]);
  // The result is the last line: no answer to a command comes behind it.
  await commanded;
  stopStatus();
  for (const view of views) view.finish();

  const result = personal ? personal.json(ended) : ended;
  const findings = findingsOf(result);
  const broken = rulesBroken(findings);
  const judged = judge(ended, plan.expected, broken, personal ? () => '***' : undefined);
  const outcome = interrupt.interrupted
    ? { ...judged, exitCode: EXIT.interrupted, reason: 'interrupted' }
    : judged;
  const kept = await artifacts.finish(result, outcome.exitCode !== EXIT.success || broken > 0);
  const { reason } = outcome;
  const reported = personal && reason !== undefined ? { ...outcome, reason: personal.text(reason) } : outcome;
  const verdict = countLosses(reported, kept);
  reportCall({ result, verdict, findings, kept, url: masking.text(url) }, console, flags.json === true);
  interrupt.stop();
  // The connection that nobody waits for any more would keep the process.
  if (interrupt.forced) context.exitNow(verdict.exitCode);
  return verdict.exitCode;
}

/** A good call is no success when what it was to leave behind could not be written. */
function countLosses(verdict: Verdict, { problems: [first] }: Kept): Verdict {
  return verdict.exitCode === EXIT.success && first !== undefined
    ? { ...verdict, exitCode: EXIT.internal, reason: first }
    : verdict;
}

/** Tells how commands of stdin are answered: an event each with `--json`, else a line for those that were refused. */
function commandLog(console: Console, json: boolean): CommandLog {
  return {
    answer(answer) {
      if (json) console.json({ type: 'command', ...answer });
      else if (!answer.ok) {
        console.err(`hookline: stdin line ${answer.line}: ${plainText(answer.error ?? '')}`);
      }
    },
    broken: (message) => console.err(`hookline: stdin cannot be read: ${plainText(message)}`),
  };
}

/**
 * Makes the caller speak, press keys and hang up as the plan and the commands say.
 *
 * @returns when all commands have been answered, at the latest after the call
 */
function runScript(plan: CallPlan, call: Call, { clock, stdin }: CliContext, log: CommandLog): Promise<void> {
  for (const { digits, when } of plan.keys) atMoment(call, clock, when, () => void call.sendDtmf(digits));
  for (const { speech, when } of plan.bargeIns) atMoment(call, clock, when, () => void call.say(speech));
  if (plan.hangupAfterMs !== undefined) {
    atMoment(call, clock, { from: 'opened', afterMs: plan.hangupAfterMs }, () => call.hangup());
  }
  const said = sayInTurn(call, clock, plan.lines, { turnGapMs: plan.turnGapMs });
  const commanded = plan.stdin ? runCommands(call, stdin, { clock, log }) : Promise.resolve();
  const all = Promise.all([said, commanded]).then(() => {});
  if (plan.idleHangupMs !== undefined) hangUpWhenIdle(call, clock, all, plan.idleHangupMs);
  return commanded;
}

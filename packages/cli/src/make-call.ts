import {
  atMoment,
  type Call,
  type CallAudioConnectorOptions,
  hangUpWhenIdle,
  sayInTurn,
} from '@hookline/client';
import { createPersonalDataMask } from '@hookline/trace';
import { type ArtifactFlags, createArtifacts, type WrittenArtifacts } from './artifacts.js';
import { type CommandLog, runCommands } from './commands/run-commands.js';
import type { CliContext } from './context.js';
import { EXIT } from './exit-codes.js';
import { evaluateCall, type Verdict } from './expectations.js';
import type { CallPlan } from './options/call-plan.js';
import type { Console } from './output/console.js';
import { reportCall } from './output/report-call.js';
import { countBrokenRules, findingsOf } from './output/rules.js';
import { escapeControls } from './output/text.js';
import { showCall } from './shown-call.js';

/** The call to make. */
export interface MakeCallOptions {
  readonly action: CallAudioConnectorOptions;
  /** The URL of the connection. */
  readonly url: string;
  readonly plan: CallPlan;
  /** Masked in all output and files of the call. */
  readonly secrets: readonly string[];
  readonly flags: ArtifactFlags & { readonly json?: boolean; readonly ladder?: boolean };
  readonly console: Console;
  readonly context: CliContext;
}

/** Makes one call, shows it, writes its files, prints its outcome and returns the exit code. */
export async function makeCall(options: MakeCallOptions): Promise<number> {
  const { action, url, plan, secrets, flags, console, context } = options;
  const artifacts = createArtifacts(flags, url, secrets, context);
  const personalDataMask = flags.redactPii ? createPersonalDataMask() : undefined;
  const shown = showCall({
    ...{ action, clock: context.clock, url, secrets, flags, console, context },
    sinks: artifacts.sinks,
    mask: personalDataMask && ((event) => personalDataMask.event(event)),
    format: { format: 'PCMU', ...action.media },
  });
  artifacts.start();
  const { call, masking, interrupt } = shown;

  const commandsDone = runScript(plan, call, context, createCommandLog(console, flags.json === true));
  const unmaskedResult = await shown.result();
  // The result is the last line, so all commands are answered before it.
  await commandsDone;
  shown.finish();

  const result = personalDataMask ? personalDataMask.json(unmaskedResult) : unmaskedResult;
  const findings = findingsOf(result);
  const brokenRules = countBrokenRules(findings);
  const evaluated = evaluateCall(
    unmaskedResult,
    plan.expected,
    brokenRules,
    personalDataMask ? () => '***' : undefined,
  );
  const outcome = interrupt.interrupted
    ? { ...evaluated, exitCode: EXIT.interrupted, reason: 'interrupted' }
    : evaluated;
  const written = await artifacts.finish(result, outcome.exitCode !== EXIT.success || brokenRules > 0);
  const { reason } = outcome;
  const reported =
    personalDataMask && reason !== undefined
      ? { ...outcome, reason: personalDataMask.text(reason) }
      : outcome;
  const verdict = withArtifactProblems(reported, written);
  reportCall({ result, verdict, findings, written, url: masking.text(url) }, console, flags.json === true);
  interrupt.unsubscribe();
  // The abandoned connection would keep the process alive.
  if (interrupt.forced) context.exitNow(verdict.exitCode);
  return verdict.exitCode;
}

/** A successful call whose files could not be written exits with the code for internal errors. */
function withArtifactProblems(verdict: Verdict, { problems: [first] }: WrittenArtifacts): Verdict {
  return verdict.exitCode === EXIT.success && first !== undefined
    ? { ...verdict, exitCode: EXIT.internal, reason: first }
    : verdict;
}

/** Reports the commands of stdin: with `--json` each one as an event, otherwise a line for each refused one. */
function createCommandLog(console: Console, json: boolean): CommandLog {
  return {
    answer(answer) {
      if (json) console.json({ type: 'command', ...answer });
      else if (!answer.ok) {
        console.err(`hookline: stdin line ${answer.line}: ${escapeControls(answer.error ?? '')}`);
      }
    },
    warning: (text) => console.note(`stdin: ${escapeControls(text)}`),
    inputFailed: (message) => console.err(`hookline: stdin cannot be read: ${escapeControls(message)}`),
  };
}

/**
 * Runs the plan and the commands of stdin: the caller speaks, presses keys and hangs up.
 *
 * @returns a promise that resolves when all commands have been answered, at the latest when the call has ended
 */
function runScript(plan: CallPlan, call: Call, { clock, stdin }: CliContext, log: CommandLog): Promise<void> {
  for (const { digits, when } of plan.dtmf) atMoment(call, clock, when, () => void call.sendDtmf(digits));
  for (const { speech, when } of plan.bargeIns) atMoment(call, clock, when, () => void call.say(speech));
  if (plan.hangupAfterMs !== undefined) {
    atMoment(call, clock, { from: 'opened', afterMs: plan.hangupAfterMs }, () => call.hangup());
  }
  const speechDone = sayInTurn(call, clock, plan.utterances, { turnGapMs: plan.turnGapMs });
  const commandsDone = plan.stdin ? runCommands(call, stdin, { clock, log }) : Promise.resolve();
  const everythingDone = Promise.all([speechDone, commandsDone]).then(() => {});
  if (plan.idleHangupMs !== undefined) hangUpWhenIdle(call, clock, everythingDone, plan.idleHangupMs);
  return commandsDone;
}

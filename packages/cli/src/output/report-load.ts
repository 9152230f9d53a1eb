import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import {
  encodeRun,
  type LoadReport,
  type LoadRun,
  renderHtml,
  renderLoad,
  reportLoad,
  type Threshold,
} from '@hookline/load';
import { messageOf } from '@hookline/runtime';
import { exitCodeOfCause, isCause } from '../cause-exit-codes.js';
import { EXIT } from '../exit-codes.js';
import type { LoadReportFlags } from '../verbs/load-options.js';
import { type Console, paint } from './console.js';
import { escapeControls } from './text.js';

/** A finished load test, and what its report needs. */
export interface FinishedLoad {
  readonly run: LoadRun;
  readonly thresholds: readonly Threshold[];
  readonly interrupted: boolean;
}

/** Prints the report of a load test, writes its files and returns the exit code. */
export function finishLoad(
  { run, thresholds, interrupted }: FinishedLoad,
  flags: LoadReportFlags,
  console: Console,
): number {
  const report = reportLoad(run, thresholds);
  const { files, problems } = writeArtifacts([
    ['out', flags.out, () => JSON.stringify(encodeRun(run))],
    ['html', flags.html, () => renderHtml(run, report)],
  ]);
  const { code, message } = interrupted
    ? { code: EXIT.interrupted, message: 'interrupted' }
    : verdictOf(report, problems);
  if (flags.json) {
    console.json({ type: 'result', ...report, ...files, ...(problems.length > 0 ? { problems } : {}) });
  } else {
    const style = {
      unicode: console.unicode,
      paint: (name: Parameters<typeof paint>[1], text: string) => paint(console, name, text),
    };
    for (const line of renderLoad(report, style)) console.out(line);
    for (const [name, file] of Object.entries(files)) console.note(`${name} ${file}`);
  }
  if (code !== EXIT.success) {
    console.err(
      flags.json
        ? JSON.stringify({ error: { code, message, url: report.url } })
        : `hookline: ${escapeControls(message)}`,
    );
  }
  // With --json the result contains them.
  const unsaid = flags.json ? [] : problems.filter((problem) => problem !== message);
  for (const problem of unsaid) console.err(`hookline: ${escapeControls(problem)}`);
  return code;
}

function verdictOf(
  report: LoadReport,
  problems: readonly string[],
): { readonly code: number; readonly message: string } {
  const { counts, failures, examples, verdict, thresholds, generator } = report;
  const [cause] = Object.keys(failures);
  const example = cause === undefined ? undefined : examples?.[cause];
  if (counts.opened === 0 && isCause(cause) && counts.failed > 0) {
    return {
      code: exitCodeOfCause(cause),
      message: `no call was opened: ${counts.failed} of ${counts.started} failed, most of them with cause ${cause}${example === undefined ? '' : `: ${example}`}`,
    };
  }
  if (verdict === 'void') {
    return {
      code: EXIT.tooSlow,
      message: `this machine was too slow (1 of 100 calls or frames was more than ${generator.maxLateMs} ms late), so the figures are not valid; use more --processes, a lower --rate or another machine`,
    };
  }
  const missedThresholds = thresholds.filter(({ met }) => !met).map(({ name }) => name);
  if (missedThresholds.length > 0)
    return { code: EXIT.expectationFailed, message: `thresholds missed: ${missedThresholds.join(', ')}` };
  const [problem] = problems;
  return problem === undefined
    ? { code: EXIT.success, message: '' }
    : { code: EXIT.internal, message: problem };
}

type Artifact = readonly [name: 'out' | 'html', file: string | undefined, text: () => string];

/** Writes the files that were asked for. Returns those that were written, and a message for each of the others. */
function writeArtifacts(artifacts: readonly Artifact[]) {
  const files: Partial<Record<Artifact[0], string>> = {};
  const problems: string[] = [];
  for (const [name, file, text] of artifacts) {
    if (file === undefined) continue;
    try {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text());
      files[name] = file;
    } catch (error) {
      problems.push(`${file} cannot be written: ${messageOf(error)}`);
    }
  }
  return { files, problems };
}

import type { CallResult } from '@hookline/client';
import { type ClauseId, clause, clauses } from '@hookline/protocol';
import { type Console, paint } from './console.js';
import { wrapLabelled } from './text.js';

/** A broken rule of the protocol, or a note without a rule; each one is listed once. */
export interface Finding {
  readonly clause?: ClauseId;
  /** What was observed, one sentence for each different observation. */
  readonly texts: readonly string[];
  readonly count: number;
}

/** A warning of a call, a violation of a trace, or a problem of a probe. */
interface Observation {
  readonly clause?: ClauseId;
  readonly message?: string;
  readonly text?: string;
  readonly count?: number;
}

/** Groups observations by rule, in the order of the first one. Observations without a rule are grouped by text. */
export function groupByRule(observations: readonly Observation[]): Finding[] {
  const findings = new Map<string, Finding>();
  for (const { clause: id, text = '', message = text, count = 1 } of observations) {
    const key = id ?? message;
    const before = findings.get(key) ?? { ...(id === undefined ? {} : { clause: id }), texts: [], count: 0 };
    const texts = before.texts.includes(message) ? before.texts : [...before.texts, message];
    findings.set(key, { ...before, texts, count: before.count + count });
  }
  return [...findings.values()];
}

const IDS: ReadonlyMap<string, ClauseId> = new Map(clauses.map(({ id }) => [id, id]));

/** Groups the violations of a trace by rule. A trace of another version may contain unknown rules. */
export function groupKnownRules<N extends { readonly clause: string; readonly text: string }>(
  violations: readonly N[],
): { readonly known: Finding[]; readonly unknown: readonly N[] } {
  const known = violations.flatMap(({ clause: name, text }) => {
    const id = IDS.get(name);
    return id === undefined ? [] : [{ clause: id, text }];
  });
  return { known: groupByRule(known), unknown: violations.filter(({ clause: name }) => !IDS.has(name)) };
}

/** The findings of a call, with the rule that ended it first. */
export function findingsOf(result: CallResult): Finding[] {
  const found = groupByRule(result.warnings);
  if (result.path !== 'failure' || result.clause === undefined) return found;
  const { clause: id } = result;
  const same = found.find((finding) => finding.clause === id);
  // The errorMessage contains the observation.
  const ending: Finding = { clause: id, texts: same?.texts ?? [], count: same?.count ?? 1 };
  return [ending, ...found.filter((finding) => finding !== same)];
}

/** The number of broken rules. */
export function countBrokenRules(findings: readonly Finding[]): number {
  return findings.filter((finding) => finding.clause !== undefined).length;
}

/** Maximum number of observations that are printed for a rule. */
const PRINTED_TEXTS = 3;

/** The lines of findings: the rule and its basis, what was observed, the effect and the fix. */
export function findingLines(findings: readonly Finding[], console: Console): string[] {
  return findings.flatMap((finding) => {
    const times = finding.count > 1 ? ` ${console.unicode ? '×' : 'x'}${finding.count}` : '';
    const { clause: id, texts } = finding;
    if (id === undefined) return wrapLabelled(console, `   note${times}: `, texts.join('; '));
    const { sentence, basis, effect, fix } = clause(id);
    const [first, ...more] = wrapLabelled(console, `   ${id}${times}  `, `${sentence} (${basis})`);
    const omitted = texts.length - PRINTED_TEXTS;
    return [
      paint(console, 'yellow', first ?? ''),
      ...more,
      ...texts.slice(0, PRINTED_TEXTS).flatMap((text) => wrapLabelled(console, '     seen    ', text)),
      ...(omitted > 0 ? [`             and ${omitted} more`] : []),
      ...wrapLabelled(console, '     effect  ', effect),
      ...wrapLabelled(console, '     fix     ', fix),
    ];
  });
}

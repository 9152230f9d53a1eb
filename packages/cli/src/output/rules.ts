import type { CallResult } from '@hookline/client';
import { type ClauseId, clause, clauses } from '@hookline/protocol';
import { type Console, paint } from './console.js';
import { labelled } from './text.js';

/** A rule of the protocol that was broken, or something else worth knowing, each once. */
export interface Finding {
  readonly clause?: ClauseId;
  /** What came, one sentence for each different thing. */
  readonly texts: readonly string[];
  readonly count: number;
}

/** What is printed of one thing that was noticed. */
interface Noticed {
  readonly clause?: ClauseId;
  readonly message?: string;
  readonly text?: string;
  readonly count?: number;
}

/** Gathers what was noticed by rule; what has no rule stands for itself. In the order in which it was noticed first. */
export function gather(noticed: readonly Noticed[]): Finding[] {
  const findings = new Map<string, Finding>();
  for (const { clause: id, text = '', message = text, count = 1 } of noticed) {
    const key = id ?? message;
    const before = findings.get(key) ?? { ...(id === undefined ? {} : { clause: id }), texts: [], count: 0 };
    const texts = before.texts.includes(message) ? before.texts : [...before.texts, message];
    findings.set(key, { ...before, texts, count: before.count + count });
  }
  return [...findings.values()];
}

const IDS: ReadonlyMap<string, ClauseId> = new Map(clauses.map(({ id }) => [id, id]));

/** What a trace noticed, by rule; a trace of another version may name rules that this one does not know. */
export function gatherKnown<N extends { readonly clause: string; readonly text: string }>(
  noticed: readonly N[],
): { readonly known: Finding[]; readonly unknown: readonly N[] } {
  const known = noticed.flatMap(({ clause: name, text }) => {
    const id = IDS.get(name);
    return id === undefined ? [] : [{ clause: id, text }];
  });
  return { known: gather(known), unknown: noticed.filter(({ clause: name }) => !IDS.has(name)) };
}

/** What a call has to tell, the rule that ended it first. */
export function findingsOf(result: CallResult): Finding[] {
  const found = gather(result.warnings);
  if (result.path !== 'failure' || result.clause === undefined) return found;
  const { clause: id } = result;
  const same = found.find((finding) => finding.clause === id);
  // What came stands in the errorMessage.
  const ending: Finding = { clause: id, texts: same?.texts ?? [], count: same?.count ?? 1 };
  return [ending, ...found.filter((finding) => finding !== same)];
}

/** How many of them are broken rules. */
export function rulesBroken(findings: readonly Finding[]): number {
  return findings.filter((finding) => finding.clause !== undefined).length;
}

/** Texts of one rule that are shown; the rest is counted. */
const SHOWN_TEXTS = 3;

/** Each finding with what came and, for a rule, what follows from it and how it is kept. */
export function findingLines(findings: readonly Finding[], console: Console): string[] {
  return findings.flatMap((finding) => {
    const times = finding.count > 1 ? ` ${console.unicode ? '×' : 'x'}${finding.count}` : '';
    const { clause: id, texts } = finding;
    if (id === undefined) return labelled(console, `   note${times}: `, texts.join('; '));
    const { sentence, effect, fix } = clause(id);
    const [first, ...more] = labelled(console, `   ${id}${times}  `, sentence);
    const left = texts.length - SHOWN_TEXTS;
    return [
      paint(console, 'yellow', first ?? ''),
      ...more,
      ...texts.slice(0, SHOWN_TEXTS).flatMap((text) => labelled(console, '     seen    ', text)),
      ...(left > 0 ? [`             and ${left} more like it`] : []),
      ...labelled(console, '     effect  ', effect),
      ...labelled(console, '     fix     ', fix),
    ];
  });
}

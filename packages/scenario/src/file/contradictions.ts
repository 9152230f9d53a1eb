import type { ValueFault, ValuePath } from './check-value.js';
import { type Fields, fieldsOf } from './fields.js';

/** Reports parts of a document that are valid on their own but contradict each other. */
export function findContradictions(document: unknown, report: (fault: ValueFault) => void): void {
  const fields = fieldsOf(document);
  checkRepeatedIds(fields, report);
  checkUnreachableKeys(fields.map('end'), report);
}

/** Reports repeated ids: `at` could refer to either step. */
function checkRepeatedIds(fields: Fields, fault: (fault: ValueFault) => void): void {
  const seen = new Set<string>();
  for (const [index, step] of fields.list('steps').entries()) {
    const id = fieldsOf(step).text('id');
    if (id !== undefined && seen.has(id))
      fault({
        path: ['steps', index, 'id'],
        atKey: false,
        message: `an earlier step has the id ${id}`,
        expected: 'a unique id for each step',
        suggestion: `write ${id}2, or leave it out`,
      });
    if (id !== undefined) seen.add(id);
  }
}

const FAILURE_KEYS = ['cause', 'errorType', 'errorMessage'] as const;
const SUCCESS_KEYS = ['outputs', 'undeclaredOutputs'] as const;

/** Reports keys of `end` that are only checked on a path that the call must not take. */
function checkUnreachableKeys(end: Fields, fault: (fault: ValueFault) => void): void {
  const presentKeys = (names: readonly string[]) => names.filter((name) => end.names.includes(name));
  const [failure, success] = [presentKeys(FAILURE_KEYS), presentKeys(SUCCESS_KEYS)];
  const path = end.text('path') ?? (failure.length > 0 ? 'failure' : 'success');
  const report = (names: readonly string[], only: string) => {
    for (const name of names) {
      const at: ValuePath = ['end', name];
      fault({
        path: at,
        atKey: true,
        message: `${name} applies only to the ${only} path, but the call must take the ${path} path`,
        expected: `path: ${only} together with ${name}`,
        suggestion: `write path: ${only}, or leave ${name} out`,
      });
    }
  };
  if (path !== 'failure') report(failure, 'failure');
  if (path !== 'success') report(success, 'success');
}

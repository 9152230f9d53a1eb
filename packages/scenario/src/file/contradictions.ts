import type { ValueFault, ValuePath } from './check-value.js';
import { type Fields, fieldsOf } from './fields.js';

/** Tells of parts of a document that are right, but not together. */
export function findContradictions(document: unknown, fault: (fault: ValueFault) => void): void {
  const fields = fieldsOf(document);
  repeatedIds(fields, fault);
  unreachable(fields.map('end'), fault);
}

/** Of two steps with one id, `at` could mean either. */
function repeatedIds(fields: Fields, fault: (fault: ValueFault) => void): void {
  const seen = new Set<string>();
  for (const [index, step] of fields.list('steps').entries()) {
    const id = fieldsOf(step).text('id');
    if (id !== undefined && seen.has(id))
      fault({
        path: ['steps', index, 'id'],
        atKey: false,
        message: `another step before has the id ${id}`,
        expected: 'an id of its own for each step',
        suggestion: `write ${id}2, or leave it out`,
      });
    if (id !== undefined) seen.add(id);
  }
}

const OF_FAILURE = ['cause', 'errorType', 'errorMessage'] as const;
const OF_SUCCESS = ['outputs', 'undeclaredOutputs'] as const;

/** What is only looked at on one path would pass unseen on the other. */
function unreachable(end: Fields, fault: (fault: ValueFault) => void): void {
  const of = (names: readonly string[]) => names.filter((name) => end.names.includes(name));
  const [failure, success] = [of(OF_FAILURE), of(OF_SUCCESS)];
  const path = end.text('path') ?? (failure.length > 0 ? 'failure' : 'success');
  const tell = (names: readonly string[], only: string) => {
    for (const name of names) {
      const at: ValuePath = ['end', name];
      fault({
        path: at,
        atKey: true,
        message: `${name} comes on the ${only} path only, and the call has to take another (${path})`,
        expected: `path: ${only} beside ${name}`,
        suggestion: `write path: ${only}, or leave ${name} out`,
      });
    }
  };
  if (path !== 'failure') tell(failure, 'failure');
  if (path !== 'success') tell(success, 'success');
}

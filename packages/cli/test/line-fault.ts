import type { TSchema } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';

/** Fields that determine which member of a schema applies to a line. */
const TAGS = ['type', 'kind', 'path'];

/** Why a line of `--json` matches none of these schemas; undefined if it matches one. Undocumented fields are errors. */
export function lineFault(members: readonly TSchema[], line: Record<string, unknown>): string | undefined {
  const tagged = members.filter(({ properties }) =>
    TAGS.every((name) => {
      const expected = properties[name]?.const;
      return expected === undefined ? name !== 'type' || line[name] === undefined : expected === line[name];
    }),
  );
  const faults = tagged.map((member) => faultOf(member, line));
  if (faults.length === 0) return `no member for ${JSON.stringify(line).slice(0, 200)}`;
  return faults.includes(undefined) ? undefined : faults[0];
}

function faultOf(member: TSchema, line: Record<string, unknown>): string | undefined {
  const unknown = Object.keys(line).filter((name) => !(name in member['properties']));
  const [first] = [
    ...unknown.map((name) => `${name} is not documented`),
    ...[...Value.Errors(member, line)].map(({ path, message }) => `${path} ${message}`),
  ];
  return first;
}

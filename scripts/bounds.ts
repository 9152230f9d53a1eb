import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

/** A bound, and the code that exceeds it. */
export interface BoundRow {
  /** The constant or option as it is declared, for example `MAX_NONCES` or `DEFAULT_LIMITS.maxTapMs`. */
  readonly bound: string;
  /** What happens beyond the bound: the rest of the test's title. */
  readonly holds: string;
  /** Exceeds the bound and checks that it holds. `limit` is the declared value. */
  readonly drive: (limit: number) => void | Promise<void>;
}

/** The bounds of a package. */
export interface Bounds {
  readonly package: string;
  /** The value of every bound, so that none changes unnoticed: `drive` takes the value that is declared. */
  readonly values?: Readonly<Record<string, number>>;
  readonly rows: readonly BoundRow[];
  /** Bounds that another test checks, with its file from the root of the repository. */
  readonly elsewhere?: Readonly<Record<string, string>>;
  /** Bounds without a declared constant. */
  readonly unnamed?: readonly Omit<BoundRow, 'bound'>[];
}

const root = fileURLToPath(new URL('..', import.meta.url));

/** A constant with one of these words in its name is a bound of memory, size or time. */
const BOUND_WORDS =
  'MAX|TTL|LINGER|AHEAD|LEAD|WAIT|PROMPT|WINDOW|CREDIT|DEADLINE|TIMEOUT|SLACK|ASSUMED|DRAIN';
const CONSTANT = new RegExp(
  `^(?:export )?const ((?:[A-Z0-9]+_)*(?:${BOUND_WORDS})(?:_[A-Z0-9]+)*)(?:: \\w+)? =\\s*([^;{}\\[\\]'"]+);`,
  'gm',
);
/** `DEFAULT_LIMITS`, `CLIENT_TIMERS` and similar objects. */
const GROUP = /^(?:export )?const ([A-Z_]*(?:LIMITS|TIMERS))\b[^=]*= \{$([\s\S]*?)^\}/gm;
const MEMBER = /^ {2}(\w+): ([^,\n]+),$/gm;
/** The default of a destructured option: `{ maxBufferedMs = 2000 }`. */
const DEFAULT = /\b(max[A-Z]\w*) = ([\d_]+)/g;

/**
 * Every bound that the sources of a package declare, with its value.
 *
 * @throws Error for a value that is neither a number nor arithmetic on numbers and other constants
 */
export function declaredBounds(name: string): ReadonlyMap<string, number> {
  const folder = join(root, 'packages', name, 'src');
  const texts = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
    .map((path) => readFileSync(join(folder, path), 'utf8'));
  const bounds = new Map<string, number>();
  for (const text of texts) {
    for (const [, bound = '', value = ''] of text.matchAll(CONSTANT))
      bounds.set(bound, evaluate(value, text));
    for (const [, group, members = ''] of text.matchAll(GROUP)) {
      for (const [, key, value = ''] of members.matchAll(MEMBER)) {
        bounds.set(`${group}.${key}`, evaluate(value, text));
      }
    }
    for (const [, option = '', value = ''] of text.matchAll(DEFAULT))
      bounds.set(option, evaluate(value, text));
  }
  return bounds;
}

/** Declares a test for each bound of a package, and one that fails for a bound without a test. */
export function everyBoundHolds(bounds: Bounds): void {
  const { rows, values, elsewhere = {}, unnamed = [] } = bounds;
  const declared = declaredBounds(bounds.package);
  describe('every bound holds', () => {
    test.each(rows.map((row) => [row.bound, row.holds, row.drive] as const))(
      '%s: %s',
      async (bound, _, drive) => {
        const limit = declared.get(bound);
        expect(limit, `the value of ${bound}, which must be declared and finite`).toSatisfy(Number.isFinite);
        await drive(limit ?? Number.NaN);
      },
    );

    test.each(unnamed.map((row) => [row.holds, row.drive] as const))('%s', async (_, drive) => {
      await drive(Number.NaN);
    });

    if (values) {
      test('each declared bound has its expected value', () => {
        expect(Object.fromEntries(declared)).toEqual(values);
      });
    }

    test('each declared bound has a row here or a test in another file', () => {
      const held = new Set([...rows.map(({ bound }) => bound), ...Object.keys(elsewhere)]);
      expect([...declared.keys()].filter((bound) => !held.has(bound))).toEqual([]);
      expect([...held].filter((bound) => !declared.has(bound))).toEqual([]);
      expect(Object.values(elsewhere).filter((path) => !existsSync(join(root, path)))).toEqual([]);
    });
  });
}

/** The value of an expression, with constants from the same file, from the protocol or from `telephone.ts`. */
function evaluate(expression: string, text: string): number {
  const numbers = expression
    .replace(/Number\.POSITIVE_INFINITY/g, 'Infinity')
    .replace(/\b[A-Z][A-Z0-9_]+\b/g, (name) => String(constant(name, text)));
  if (!/^[\s\d_.+*/()e-]+$|^Infinity$/.test(numbers))
    throw new Error(`${expression} is not an arithmetic expression`);
  return Number(new Function(`return ${numbers.replaceAll('_', '')}`)());
}

function constant(name: string, text: string): number {
  const value = new RegExp(`^(?:export )?const ${name}(?:: \\w+)? = ([^;]+);`, 'm').exec(text)?.[1];
  if (value !== undefined) return evaluate(value, text);
  const found = protocolTexts().find((other) => other !== text && other.includes(`const ${name} =`));
  if (found === undefined)
    throw new Error(`${name} is declared neither in its file nor in the protocol or telephone.ts`);
  return constant(name, found);
}

function protocolTexts(): string[] {
  const protocol = ['limits.ts', 'timers.ts', 'media.ts', 'signature/parameters.ts'];
  const paths = [...protocol.map((path) => `protocol/src/${path}`), 'audio/src/telephone.ts'];
  return paths.map((path) => readFileSync(join(root, 'packages', path), 'utf8'));
}

import {
  isMap,
  isNode,
  isPair,
  isScalar,
  LineCounter,
  parseAllDocuments,
  visit,
  type YAMLParseError,
  type YAMLWarning,
} from 'yaml';
import type { Place } from '../scenario.js';
import type { ValuePath } from './check-value.js';
import type { ScenarioProblem } from './problem.js';

/** One document of a YAML file and the places of its values. */
export interface YamlDocument {
  readonly value: unknown;
  /** Returns the place of a value, or of its key; of the nearest parent if it does not exist. */
  place(path: ValuePath, atKey?: boolean): Place;
  /** Returns a scalar as it is written in the file. */
  source(path: ValuePath): string;
}

/** Maximum length of a file, in characters. Scenarios are written by hand. */
const MAX_FILE_CHARS = 1024 * 1024;
/** Maximum number of alias expansions. */
const MAX_ALIASES = 100;

/** Parses the documents of a file. Each syntax error is a problem. */
export function readYaml(
  text: string,
  file: string,
): { readonly documents: readonly YamlDocument[]; readonly problems: readonly ScenarioProblem[] } {
  if (text.length > MAX_FILE_CHARS) {
    const message = `the file has ${text.length} characters`;
    const expected = `${MAX_FILE_CHARS} at most`;
    return {
      documents: [],
      problems: [{ file, line: 1, column: 1, message, expected, suggestion: 'split it into several files' }],
    };
  }
  const lines = new LineCounter();
  const parsed = parseAllDocuments(text, {
    lineCounter: lines,
    merge: false,
    uniqueKeys: true,
    prettyErrors: true,
    // Keys that are not texts are reported below.
    logLevel: 'silent',
  });
  const list = Array.isArray(parsed) ? parsed : [];
  const problems = list.flatMap(({ errors, warnings }) =>
    [...upToDerailment(errors), ...warnings].map((error) => syntaxProblem(error, file, text)),
  );
  // Later errors on the same line are usually consequences of the first.
  const first = problems.filter(
    ({ line }, index) => problems.findIndex((one) => one.line === line) === index,
  );
  if (first.length > 0) return { documents: [], problems: first };
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const documents: YamlDocument[] = [];
  const found: ScenarioProblem[] = [];
  for (const document of list) {
    const nodeAt = (path: ValuePath): unknown =>
      path.length === 0 ? document.contents : document.getIn(path, true);
    const start = (node: unknown): number | undefined => (isNode(node) ? node.range?.[0] : undefined);
    const keyAt = (path: ValuePath): unknown => {
      const parent = nodeAt(path.slice(0, -1));
      const name = path.at(-1);
      const pair = isMap(parent)
        ? parent.items.find(
            (item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(name),
          )
        : undefined;
      return pair?.key;
    };
    const place = (path: ValuePath, atKey = false): Place => {
      for (let length = path.length; length >= 0; length--) {
        const here = path.slice(0, length);
        const node = nodeAt(here);
        const isEmpty = isScalar(node) && node.value === null && !node.source;
        const offset =
          (atKey && length === path.length) || isEmpty ? (start(keyAt(here)) ?? start(node)) : start(node);
        if (offset !== undefined) return placeAt(offset);
      }
      return placeAt(document.range[0]);
    };
    const before = found.length;
    visit(document, {
      Alias(_, alias, ancestors) {
        const target = alias.resolve(document);
        const isUnresolved = target === undefined;
        if (!isUnresolved && !ancestors.includes(target)) return;
        const [expected, suggestion] = isUnresolved ? UNRESOLVED_ALIAS : CIRCULAR_ALIAS;
        const message = isUnresolved
          ? `Unresolved alias *${alias.source}`
          : `the alias *${alias.source} contains itself`;
        found.push({ file, ...placeAt(alias.range?.[0] ?? 0), message, expected, suggestion });
      },
      Pair(_, { key }) {
        if (isScalar(key) || !isNode(key)) return;
        found.push({
          file,
          ...placeAt(start(key) ?? 0),
          message: 'a key that is a list or a map',
          expected: 'a string before :',
          suggestion: 'put it in quotes if it is meant as a string',
        });
      },
    });
    if (found.length > before) continue;
    let value: unknown;
    try {
      value = document.toJS({ maxAliasCount: MAX_ALIASES });
    } catch (error) {
      found.push({
        file,
        ...place([]),
        message: `aliases are expanded too often (${error instanceof Error ? error.message : 'unknown reason'})`,
        expected: `at most ${MAX_ALIASES} expansions of aliases`,
        suggestion: 'write it out without & and *',
      });
      continue;
    }
    documents.push({
      value,
      place,
      source(path) {
        const node = nodeAt(path);
        return isScalar(node) ? (node.source ?? String(node.value)) : '';
      },
    });
  }
  return { documents, problems: found };
}

/** For an alias within its own anchor, which would have no end. */
const CIRCULAR_ALIAS: readonly [string, string] = [
  'an anchor that ends before its alias',
  'write it out without & and *',
];

/** For an unresolved alias, which is usually a `*` key without quotes. */
const UNRESOLVED_ALIAS = [
  'the name of an anchor after *',
  'put it in quotes if * is meant as a string',
] as const;

/** What was expected and what to write, by the error code of the YAML parser. */
const SYNTAX: Readonly<Record<string, readonly [expected: string, suggestion: string]>> = {
  DUPLICATE_KEY: ['each key once in a map', 'leave one of them out; a second step begins with "- "'],
  TAB_AS_INDENT: ['spaces before a key', 'put two spaces in place of each tab'],
  BAD_INDENT: ['the same indentation for all keys of a map', 'indent it like the line above'],
  MISSING_CHAR: ['a closing quote or bracket', 'close the quote or bracket that was opened before'],
  BAD_ALIAS: UNRESOLVED_ALIAS,
  MULTILINE_IMPLICIT_KEY: ['a key on one line', 'put the text in quotes, or close what was opened before'],
  BLOCK_AS_IMPLICIT_KEY: [
    'a value on the line of its key, or indented below it',
    'put a string with ": " in quotes',
  ],
  UNEXPECTED_TOKEN: [
    'a key with a value, or a list',
    'look for a missing comma before it; put a string that begins with @ ` % { [ or " in quotes',
  ],
  BLOCK_IN_FLOW: ['a comma between the entries of { } and [ ]', 'add a comma, or close the bracket or brace'],
  RESOURCE_EXHAUSTION: ['fewer levels of maps and lists', 'reduce the nesting'],
  TAG_RESOLVE_FAILED: ['a value without a tag', 'leave out ! and what follows it, or put the text in quotes'],
  BAD_SCALAR_START: ['a string', 'put it in quotes'],
  MISSING_ANCHOR: ['an anchor', 'put it in quotes if & is meant as a string'],
  BAD_DQ_ESCAPE: ['an escape that YAML knows, such as \\n or \\\\', 'use single quotes, where \\ is literal'],
};

/** A token or bracket in the wrong place: the parser takes the lines behind it for something else than they are. */
const DERAILMENTS: ReadonlySet<string> = new Set(['BLOCK_IN_FLOW', 'MISSING_CHAR', 'UNEXPECTED_TOKEN']);

/** The errors of a document up to the first that makes errors of the correct lines behind it. */
function upToDerailment(errors: readonly YAMLParseError[]): readonly YAMLParseError[] {
  const inOrder = [...errors].sort((a, b) => a.pos[0] - b.pos[0]);
  const last = inOrder.findIndex(({ code }) => DERAILMENTS.has(code));
  return last === -1 ? inOrder : inOrder.slice(0, last + 1);
}

/** A text in slashes that is not in quotes, with a bracket, which begins or ends a list or map. */
const BARE_PATTERN = /:\s+\/[^'"\s,]*[[\]{}]/;

function syntaxProblem(error: YAMLParseError | YAMLWarning, file: string, text: string): ScenarioProblem {
  const [start] = error.linePos ?? [];
  const [expected, usual] = SYNTAX[error.code] ?? ['YAML', 'see the line above as well'];
  const line = text.split('\n')[(start?.line ?? 1) - 1] ?? '';
  const mayBePattern = DERAILMENTS.has(error.code) && BARE_PATTERN.test(line);
  const suggestion = mayBePattern ? "put the pattern in quotes, such as '/[ab]/'" : usual;
  return {
    file,
    line: start?.line ?? 1,
    column: start?.col ?? 1,
    message:
      error.code === 'RESOURCE_EXHAUSTION'
        ? 'this is nested too deeply'
        : (error.message.split(/ at line|\n/)[0] ?? error.code),
    expected,
    suggestion,
  };
}

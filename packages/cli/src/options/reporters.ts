import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { messageOf } from '@hookline/runtime';
import { UsageError } from '../exit-codes.js';
import type { Console } from '../output/console.js';
import type { OptionPath } from '../same-file.js';
import { didYouMean } from './parse.js';

const REPORTERS = ['spec', 'json', 'junit', 'github'] as const;
export type ReporterName = (typeof REPORTERS)[number];

/** A reporter and its output: a file, or stdout if there is none. */
export interface Reporter {
  readonly name: ReporterName;
  readonly file?: string;
}

/**
 * The reporters of `--reporter NAME[=FILE]` and `--json`. Unless one of them writes to stdout, `spec` is added.
 *
 * @throws UsageError for an unknown name, or if `json` or `junit` shares stdout with another reporter
 */
export function parseReporters(given: readonly string[], json: boolean): readonly Reporter[] {
  const reporters: Reporter[] = given.map((text) => {
    const [name = '', ...rest] = text.split('=');
    const known = REPORTERS.find((one) => one === name);
    const file = rest.join('=');
    if (!known || (rest.length > 0 && file === '')) {
      throw new UsageError(
        `--reporter takes ${REPORTERS.join(', ')}, each with or without =FILE; got ${JSON.stringify(text)}${known ? '' : didYouMean(name, REPORTERS)}.`,
      );
    }
    return file === '' ? { name: known } : { name: known, file };
  });
  if (json) reporters.push({ name: 'json' });
  else if (reporters.every(({ file }) => file !== undefined)) reporters.push({ name: 'spec' });
  const onStdout = reporters.filter(({ file }) => file === undefined);
  const document = onStdout.find(({ name }) => name === 'json' || name === 'junit');
  if (document && onStdout.length > 1) {
    throw new UsageError(
      `--reporter ${document.name} cannot share stdout with another reporter; write one of them to a file, such as --reporter junit=out.xml.`,
    );
  }
  return reporters;
}

/** The files of the reporters, which must be writable before a run begins. */
export function reporterFiles(reporters: readonly Reporter[]): readonly OptionPath[] {
  return reporters.flatMap(({ name, file }) =>
    file === undefined ? [] : [{ option: `--reporter ${name}`, path: file }],
  );
}

/**
 * Writes a report with each reporter, also if the file of another one cannot be written.
 *
 * @param render - returns the report of a reporter; empty if it prints nothing
 * @returns one message for each file that cannot be written
 */
export function writeReport(
  reporters: readonly Reporter[],
  console: Console,
  render: (name: ReporterName, toFile: boolean) => string,
): readonly string[] {
  const problems: string[] = [];
  for (const { name, file } of reporters) {
    const text = render(name, file !== undefined);
    if (file === undefined) {
      if (text !== '') console.out(text.replace(/\n$/, ''));
      continue;
    }
    try {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    } catch (error) {
      problems.push(`--reporter ${name}=${file} cannot be written: ${messageOf(error)}`);
    }
  }
  return problems;
}

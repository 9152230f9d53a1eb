import { writeFileSync } from 'node:fs';
import { messageOf } from '@hookline/runtime';
import { UsageError } from '../exit-codes.js';
import type { Console } from '../output/console.js';
import { closest } from './parse.js';

const REPORTERS = ['spec', 'json', 'junit', 'github'] as const;
export type ReporterName = (typeof REPORTERS)[number];

/** One way to tell a report, and where: a file, or stdout. */
export interface Reporter {
  readonly name: ReporterName;
  readonly file?: string;
}

/**
 * The reporters of `--reporter NAME[=FILE]` and `--json`; `spec` where none is named.
 *
 * @throws UsageError for an unknown name, or for a document on stdout that something else is on too
 */
export function parseReporters(given: readonly string[], json: boolean): readonly Reporter[] {
  const reporters: Reporter[] = given.map((text) => {
    const [name = '', ...rest] = text.split('=');
    const known = REPORTERS.find((one) => one === name);
    const file = rest.join('=');
    if (!known || (rest.length > 0 && file === '')) {
      throw new UsageError(
        `--reporter takes ${REPORTERS.join(', ')}, each with or without =FILE; got ${JSON.stringify(text)}${known ? '' : closest(name, REPORTERS)}.`,
      );
    }
    return file === '' ? { name: known } : { name: known, file };
  });
  if (json) reporters.push({ name: 'json' });
  else if (reporters.every(({ file }) => file !== undefined)) reporters.push({ name: 'spec' });
  const shown = reporters.filter(({ file }) => file === undefined);
  const document = shown.find(({ name }) => name === 'json' || name === 'junit');
  if (document && shown.length > 1) {
    throw new UsageError(
      `${document.name} has stdout for itself: give the other reporters a file, as in --reporter junit=out.xml.`,
    );
  }
  return reporters;
}

/**
 * Tells a report by each reporter.
 *
 * @param render - the report as one of them writes it; empty for nothing
 * @throws UsageError for a file that cannot be written
 */
export function writeReport(
  reporters: readonly Reporter[],
  console: Console,
  render: (name: ReporterName, toFile: boolean) => string,
): void {
  for (const { name, file } of reporters) {
    const text = render(name, file !== undefined);
    if (file === undefined) {
      if (text !== '') console.out(text.replace(/\n$/, ''));
      continue;
    }
    try {
      writeFileSync(file, text);
    } catch (error) {
      throw new UsageError(`--reporter ${name}=${file} cannot be written: ${messageOf(error)}.`);
    }
  }
}

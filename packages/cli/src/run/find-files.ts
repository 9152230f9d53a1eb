import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '@hookline/runtime';
import { readScenarioFile, renderProblems, type Scenario } from '@hookline/scenario';
import { UsageError } from '../exit-codes.js';
import { counted } from '../output/text.js';

/** What is run of a folder. */
const ENDING = '.call.yaml';

/** The scenario files that paths name: a file itself, of a folder all below it. @throws UsageError */
export async function findFiles(paths: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(paths.map(filesAt));
  return [...new Set(found.flat())];
}

async function filesAt(path: string): Promise<readonly string[]> {
  try {
    if (!(await stat(path)).isDirectory()) return [path];
    const names = await readdir(path, { recursive: true });
    const files = names.filter((name) => name.endsWith(ENDING) && !/(^|[\\/])node_modules[\\/]/.test(name));
    if (files.length > 0) return files.sort().map((name) => join(path, name));
  } catch (error) {
    throw new UsageError(`${JSON.stringify(path)} cannot be read: ${messageOf(error)}.`);
  }
  throw new UsageError(`${JSON.stringify(path)} holds no file that ends with ${ENDING}.`);
}

/** Which of the scenarios are run, and how they are read. */
export interface Selection {
  /** The command that speaks texts. */
  readonly tts?: string;
  /** One of these tags; all where none is given. */
  readonly tag?: readonly string[];
  /** None of these. */
  readonly skipTag?: readonly string[];
}

/** Reads files and selects. @throws UsageError with everything that is wrong with all of them, or where nothing is left */
export async function selectScenarios(
  files: readonly string[],
  { tag, skipTag = [], tts }: Selection,
): Promise<readonly Scenario[]> {
  const options = tts === undefined ? {} : { speech: { command: tts } };
  const read = await Promise.all(files.map((file) => readScenarioFile(file, options)));
  const problems = read.flatMap((file) => file.problems);
  if (problems.length > 0) {
    const wrong = new Set(problems.map(({ file }) => file));
    throw new UsageError(
      `${counted(problems.length, 'problem')} in ${counted(wrong.size, 'scenario file')}; nothing was run.\n${renderProblems(problems)}`,
    );
  }
  const all = read.flatMap((file) => file.scenarios);
  const selected = all.filter(
    ({ tags }) =>
      (tag?.some((one) => tags.includes(one)) ?? true) && !skipTag.some((one) => tags.includes(one)),
  );
  if (selected.length > 0) return selected;
  const tags = [...new Set(all.flatMap((one) => one.tags))].sort();
  throw new UsageError(
    `No scenario is left by --tag and --skip-tag; the tags are ${tags.join(', ') || 'none'}.`,
  );
}

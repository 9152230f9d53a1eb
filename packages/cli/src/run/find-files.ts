import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '@hookline/runtime';
import { readScenarioFile, renderProblems, type Scenario } from '@hookline/scenario';
import { UsageError } from '../exit-codes.js';
import { pluralize } from '../output/text.js';

/** The suffix of scenario files in a folder. */
const FILE_SUFFIX = '.call.yaml';

/** The scenario files of paths: files, and folders with their subfolders. @throws UsageError */
export async function findScenarioFiles(paths: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(paths.map(filesOfPath));
  return [...new Set(found.flat())];
}

async function filesOfPath(path: string): Promise<readonly string[]> {
  try {
    if (!(await stat(path)).isDirectory()) return [path];
    const names = await readdir(path, { recursive: true });
    const files = names.filter(
      (name) => name.endsWith(FILE_SUFFIX) && !/(^|[\\/])node_modules[\\/]/.test(name),
    );
    if (files.length > 0) return files.sort().map((name) => join(path, name));
  } catch (error) {
    throw new UsageError(`${JSON.stringify(path)} cannot be read: ${messageOf(error)}.`);
  }
  throw new UsageError(`${JSON.stringify(path)} contains no *${FILE_SUFFIX} file.`);
}

/** Selects the scenarios to run. */
export interface Selection {
  /** The command that synthesizes text. */
  readonly tts?: string;
  /** Runs scenarios with one of these tags; all if absent. */
  readonly tag?: readonly string[];
  /** Skips scenarios with one of these tags. */
  readonly skipTag?: readonly string[];
}

/** Reads the files and selects scenarios. @throws UsageError with all problems of all files, or if no scenario is selected */
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
      `${pluralize(problems.length, 'problem')} in ${pluralize(wrong.size, 'scenario file')}; nothing was run.\n${renderProblems(problems)}`,
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
    `No scenario matches --tag and --skip-tag; the tags in the files are: ${tags.join(', ') || 'none'}.`,
  );
}

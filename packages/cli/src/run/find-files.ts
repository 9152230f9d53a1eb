import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '@hookline/runtime';
import { readScenarioFile, renderProblems, type Scenario } from '@hookline/scenario';
import { UsageError } from '../exit-codes.js';
import { pluralize } from '../output/text.js';

/** The suffix of scenario files in a folder. */
const FILE_SUFFIX = '.call.yaml';

/**
 * The scenario files of paths: files, and folders with their subfolders. A file that several paths or symbolic links lead
 * to is found once.
 *
 * @throws UsageError
 */
export async function findScenarioFiles(paths: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(paths.map(filesOfPath));
  const byRealPath = new Map<string, string>();
  for (const file of found.flat()) {
    const real = await realpath(file).catch(() => file);
    if (!byRealPath.has(real)) byRealPath.set(real, file);
  }
  return [...byRealPath.values()];
}

async function filesOfPath(path: string): Promise<readonly string[]> {
  try {
    if (!(await stat(path)).isDirectory()) return [path];
    const files: string[] = [];
    await collectFiles(path, files, new Set([await realpath(path)]));
    if (files.length > 0) return files.sort();
  } catch (error) {
    throw new UsageError(`${JSON.stringify(path)} cannot be read: ${messageOf(error)}.`);
  }
  throw new UsageError(`${JSON.stringify(path)} contains no *${FILE_SUFFIX} file.`);
}

/**
 * Collects the scenario files of a folder and its subfolders, but not those of installed packages. Each folder is searched
 * once: symbolic links may lead back to one.
 *
 * @param searched - the real paths of folders
 */
async function collectFiles(folder: string, files: string[], searched: Set<string>): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.name === 'node_modules') continue;
    const path = join(folder, entry.name);
    const leadsToFolder = entry.isSymbolicLink() && (await isFolder(path));
    if (!entry.isDirectory() && !leadsToFolder) {
      if (entry.name.endsWith(FILE_SUFFIX)) files.push(path);
      continue;
    }
    const real = await realpath(path);
    if (searched.has(real)) continue;
    searched.add(real);
    await collectFiles(path, files, searched);
  }
}

/** Whether a symbolic link leads to a folder; it may also lead nowhere. */
const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );

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

import { VirtualClock } from '@hookline/runtime';
import { runVerb } from '../src/program.js';
import { VERBS } from '../src/verbs/verbs.js';

/** The help of each verb by its name, 80 columns wide, as the verb itself prints it. */
export async function verbHelp(): Promise<Readonly<Record<string, string>>> {
  const texts: [name: string, text: string][] = [];
  for (const { name } of VERBS) {
    let text = '';
    const stdout = Object.assign(Object.create(process.stdout) as NodeJS.WriteStream, {
      isTTY: false,
      write(written: string) {
        text += written;
        return true;
      },
    });
    await runVerb(['help', name], {
      clock: new VirtualClock(),
      env: {},
      stdin: (async function* () {})(),
      stdout,
      stderr: process.stderr,
      onInterrupt: () => () => {},
      exitNow() {},
    });
    texts.push([name, text]);
  }
  return Object.fromEntries(texts);
}

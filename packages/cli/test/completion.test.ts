import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hookline } from './hookline.js';

const cwd = mkdtempSync(join(tmpdir(), 'hookline-completion-'));
afterAll(() => rmSync(cwd, { recursive: true }));

const isThere = (command: string) => spawnSync(command, ['--version']).status === 0;

/** How each shell is started, and a function that prints the arguments of a command. */
const SHELLS = [
  {
    shell: 'bash',
    start: 'bash --norc --noprofile -i',
    load: 'source ./bash.completion',
    define: bashLike(),
  },
  {
    shell: 'zsh',
    start: 'zsh -f -i',
    load: 'autoload -U compinit; compinit -u -D; source ./zsh.completion',
    define: bashLike(),
  },
  {
    shell: 'fish',
    start: 'fish --no-config --interactive',
    load: 'source ./fish.completion',
    define: "function hookline; printf '@'; printf '<%s>' $argv; echo; end",
  },
] as const;

function bashLike(): string {
  return `hookline() { printf '@'; printf '<%s>' "$@"; echo; }`;
}

beforeAll(async () => {
  writeFileSync(join(cwd, 'with space.wav'), '');
  for (const { shell } of SHELLS) {
    const run = await hookline(['completion', shell], { cwd });
    expect([run.code, run.stderr]).toEqual([0, '']);
    writeFileSync(join(cwd, `${shell}.completion`), run.stdout);
  }
});

/** The arguments of a command line that is typed on a terminal, including tabs. */
async function typed({ start, load, define }: (typeof SHELLS)[number], line: string): Promise<string[]> {
  const terminal = spawn('script', ['-qfec', start, '/dev/null'], {
    cwd,
    env: { PATH: process.env['PATH'] ?? '', HOME: cwd, TERM: 'dumb', LANG: 'C.UTF-8' },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  let shown = '';
  let look = () => {};
  terminal.stdout.on('data', (bytes) => {
    shown += bytes;
    look();
  });
  /** Waits for output of the shell. The patterns do not match the typed text itself. */
  const seen = (words: RegExp) =>
    new Promise<RegExpExecArray>((resolve, reject) => {
      terminal.once('exit', () => reject(new Error(`the shell ended: ${JSON.stringify(shown)}`)));
      look = () => {
        const match = words.exec(shown);
        if (match) resolve(match);
      };
      look();
    });
  const exited = once(terminal, 'exit');
  try {
    terminal.stdin.write(`${load}\n${define}\necho rea''dy\n`);
    await seen(/^ready/m);
    terminal.stdin.write(`${line}\n`);
    const [words = ''] = await seen(/@(?:<[^<>]*>)+(?=\r?\n)/);
    return [...words.matchAll(/<([^>]*)>/g)].map(([, word = '']) => word);
  } finally {
    terminal.stdin.end('\nexit\n');
    terminal.kill();
    await exited.catch(() => {});
  }
}

describe.concurrent.each(SHELLS)('completion in $shell', (given) => {
  test.skipIf(!isThere(given.shell)).each<[string, string[]]>([
    ['hookline repl\t', ['replay']],
    ['hookline call --idle\t10s', ['call', '--idle-hangup', '10s']],
    ['hookline call --expect-pa\tsucc\t', ['call', '--expect-path', 'success']],
    ['hookline serve parr\t', ['serve', 'parrot']],
    ['hookline completion zs\t', ['completion', 'zsh']],
    ['hookline help prob\t', ['help', 'probe']],
    ['hookline call --wav with\t', ['call', '--wav', 'with space.wav']],
  ])('completes %j', async (line, words) => {
    expect(await typed(given, line)).toEqual(words);
  });
});

test.each(SHELLS)(
  '$shell completes every verb and option',
  async ({ shell }) => {
    const script = (await hookline(['completion', shell], { cwd })).stdout;
    const help = (await hookline(['--help'], { cwd })).stdout;
    const verbs = [...(help.split('Commands:')[1] ?? '').matchAll(/^ {2}(\w+)/gm)].map(
      ([, verb = '']) => verb,
    );
    expect(verbs.length).toBeGreaterThan(10);
    for (const verb of verbs) {
      expect(script).toContain(verb);
      const { stdout } = await hookline(['help', verb], { cwd });
      for (const [, option = ''] of stdout
        .split('Global Options:')[0]
        ?.matchAll(/^ {2}(?:-\w, )?--([\w-]+)/gm) ?? []) {
        expect([verb, script]).toEqual([verb, expect.stringMatching(new RegExp(`(--|-l )${option}\\b`))]);
      }
    }
  },
  60_000,
);

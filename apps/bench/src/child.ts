import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** Clock ticks per second in /proc; 100 on every Linux that Node supports. */
const TICKS = 100;

/** A fact that a child process reported. */
export type Fact = Readonly<Record<string, unknown>>;

/** A program of the benchmark in its own process, on its own core. */
export class Child {
  readonly #process: ChildProcess;
  readonly #facts: Fact[] = [];
  readonly #waiting: { readonly key: string; readonly resolve: (fact: Fact) => void }[] = [];

  /** @param flags - Node options */
  constructor(name: string, settings: object, core: number, flags: readonly string[] = []) {
    const file = fileURLToPath(new URL(`./${name}.js`, import.meta.url));
    this.#process = spawn(
      'taskset',
      ['-c', String(core), process.execPath, ...flags, file, JSON.stringify(settings)],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const { stdout } = this.#process;
    if (stdout) {
      createInterface({ input: stdout }).on('line', (line) => {
        const fact: Fact = JSON.parse(line);
        const index = this.#waiting.findIndex(({ key }) => key in fact);
        if (index < 0) this.#facts.push(fact);
        else this.#waiting.splice(index, 1)[0]?.resolve(fact);
      });
    }
  }

  /** Resolves with the first fact with that key. Rejects if the program ends first. */
  report(key: string): Promise<Fact> {
    const index = this.#facts.findIndex((fact) => key in fact);
    const [fact] = index < 0 ? [] : this.#facts.splice(index, 1);
    if (fact) return Promise.resolve(fact);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ key, resolve });
      this.#process.once('exit', (code) =>
        reject(new Error(`exited with ${code} before it reported ${key}`)),
      );
    });
  }

  /** CPU time used so far by all threads, in milliseconds; exact, unlike the ticks in `/proc/PID/stat`. */
  cpuMs(): number {
    const tasks = `/proc/${this.#process.pid}/task`;
    let ns = 0;
    for (const task of readdirSync(tasks)) {
      ns += Number(readFileSync(`${tasks}/${task}/schedstat`, 'utf8').split(' ')[0]);
    }
    return ns / 1e6;
  }

  /** Resident memory in KiB. */
  rssKiB(): number {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${this.#process.pid}/status`, 'utf8'))?.[1]);
  }

  /** The number of open files and sockets. */
  openFiles(): number {
    return readdirSync(`/proc/${this.#process.pid}/fd`).length;
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null) return;
    const exited = once(this.#process, 'exit');
    this.#process.kill();
    await exited;
  }
}

/** Busy CPU time of the whole machine, in milliseconds. */
export function machineBusyMs(): number {
  const [, ...fields] = (readFileSync('/proc/stat', 'utf8').split('\n')[0] ?? '').split(/\s+/);
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] = fields.map(Number);
  return ((user + nice + system + irq + softirq) * 1000) / TICKS;
}

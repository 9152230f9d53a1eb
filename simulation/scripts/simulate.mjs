// Runs simulated calls: `npm run simulate -- --seed 42`, or a range of them:
// `-- --from 0 --count 1000000 --workers 2`. Stops at the first call that breaks an invariant.
import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { bundleSimulation } from './bundle-simulation.mjs';

const USAGE = `usage: npm run simulate -- --seed N
       npm run simulate -- [--from N] [--count N] [--workers N]

  --seed N      runs one call and prints its log
  --from N      the first seed of a range; default 0
  --count N     how many calls; default 10000
  --workers N   how many processes; default one for each processor
`;

/** Calls in a block, the unit that a process requests. */
const BLOCK = 200;
const PROGRESS_MS = 5000;

const options = readOptions();
const bundle = await bundleSimulation();
process.exitCode = options.seed === undefined ? await runRange(options) : await runOne(options.seed);

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        seed: { type: 'string' },
        from: { type: 'string', default: '0' },
        count: { type: 'string', default: '10000' },
        workers: { type: 'string', default: String(availableParallelism()) },
      },
    });
    return Object.fromEntries(Object.entries(values).map(([name, text]) => [name, wholeNumber(name, text)]));
  } catch (error) {
    process.stderr.write(`${error.message}\n${USAGE}`);
    process.exit(2);
  }
}

function wholeNumber(name, text) {
  if (!/^\d{1,10}$/.test(text))
    throw new Error(`--${name} is ${JSON.stringify(text)}; expected a whole number`);
  return Number(text);
}

async function runOne(seed) {
  const { simulateCall, repeatCommand } = await import(bundle);
  const report = await simulateCall(seed);
  process.stdout.write(`${report.trace().join('\n')}\n`);
  printViolations(report, repeatCommand(seed));
  return report.violations.length === 0 ? 0 : 1;
}

/** Distributes the range over processes; each takes the next block when it is free. */
function runRange({ from, count, workers }) {
  const end = from + count;
  const startedMs = performance.now();
  let next = from;
  let completed = 0;
  let progressAtMs = startedMs;
  let failed = false;
  const ends = new Set();
  return new Promise((resolve) => {
    const running = new Set();
    const finish = () => {
      if (running.size > 0) return;
      const seconds = (performance.now() - startedMs) / 1000;
      const outcome = failed ? 'stopped at a call that broke an invariant' : 'every invariant held';
      process.stderr.write(`ends: ${[...ends].sort().join(', ')}\n`);
      process.stderr.write(`${completed} calls in ${seconds.toFixed(1)} s: ${outcome}\n`);
      resolve(failed ? 1 : 0);
    };
    const sendNextBlock = (worker) => {
      if (failed || next >= end) {
        worker.disconnect();
        return;
      }
      const from = next;
      next = Math.min(end, from + BLOCK);
      worker.send({ from, to: next });
    };
    for (let number = 0; number < Math.max(1, workers); number++) {
      const worker = fork(fileURLToPath(new URL('simulate-worker.mjs', import.meta.url)), [bundle], {
        execArgv: ['--enable-source-maps', '--disable-warning=HooklineWarning'],
      });
      running.add(worker);
      worker.on('message', (message) => {
        if (message.ready) return sendNextBlock(worker);
        completed += message.count;
        for (const end of message.ends) ends.add(end);
        if (message.failure && !failed) {
          failed = true;
          process.stdout.write(`${message.failure.trace.join('\n')}\n`);
          printViolations(message.failure, message.failure.command);
        }
        const nowMs = performance.now();
        if (nowMs - progressAtMs > PROGRESS_MS) {
          progressAtMs = nowMs;
          const rate = (completed * 1000) / (nowMs - startedMs);
          process.stderr.write(`${completed} of ${count} calls, ${rate.toFixed(0)} a second\n`);
        }
        sendNextBlock(worker);
      });
      worker.on('exit', (code) => {
        running.delete(worker);
        if (code !== 0) {
          failed = true;
          process.stderr.write(`a process of the simulation ended with ${code}\n`);
        }
        finish();
      });
    }
  });
}

function printViolations({ seed, violations }, command) {
  for (const violation of violations) process.stdout.write(`seed ${seed}: ${violation}\n`);
  if (violations.length > 0) process.stdout.write(`to repeat: ${command}\n`);
}

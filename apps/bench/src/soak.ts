import { BareCall } from './bare-call.js';
import { Child } from './child.js';

// Very many short calls to one bot with a small heap: most close in order, some are dropped, some send invalid
// messages. Memory or files that grow with the number of calls are a leak.

const CALLS = Number(process.env['CALLS'] ?? 100_000);
const STEPS = 20;
const AT_ONCE = 50;
/** The maximum growth of memory per 1,000 calls in the second half, in KiB. */
const MAX_SLOPE_KIB = 512;
/** Wait before a measurement, so that the last sockets close and the garbage collector runs. */
const REST_MS = 1500;

const server = new Child('hookline-server', { task: 'sink' }, 0, ['--max-old-space-size=128']);
const { url } = await server.report('url');
if (typeof url !== 'string') throw new Error('the server reported no URL');
const filesAtFirst = server.openFiles();
const frame = new Uint8Array(1600).fill(0xff);

async function call(index: number, to: string): Promise<void> {
  const made = new BareCall(to);
  await made.open();
  made.audio(frame);
  if (index % 10 === 0) made.cut();
  else if (index % 10 === 1) await made.sendGarbage();
  else if (!(await made.close())) throw new Error(`call ${index} did not close cleanly`);
}

const rssKiB: number[] = [];
let next = 0;
for (let step = 1; step <= STEPS; step++) {
  const end = (CALLS * step) / STEPS;
  const worker = async () => {
    while (next < end) await call(next++, url);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  await new Promise((resolve) => setTimeout(resolve, REST_MS));
  rssKiB.push(server.rssKiB());
  console.log(`${next} calls: ${(server.rssKiB() / 1024).toFixed(1)} MiB, ${server.openFiles()} files open`);
}
const filesLeft = server.openFiles() - filesAtFirst;
await server.stop();

const half = rssKiB.slice(STEPS / 2);
const slope = slopeOf(half) / (CALLS / STEPS / 1000);
console.log(
  `${slope.toFixed(1)} KiB stay for 1,000 calls (at most ${MAX_SLOPE_KIB}); ${filesLeft} files stay open`,
);
if (slope > MAX_SLOPE_KIB || filesLeft > 0) process.exitCode = 1;

/** The mean growth from one value to the next, by least squares. */
function slopeOf(values: readonly number[]): number {
  const middle = (values.length - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  let over = 0;
  let under = 0;
  for (const [x, value] of values.entries()) {
    over += (x - middle) * (value - mean);
    under += (x - middle) ** 2;
  }
  return over / under;
}

// Measures decode against JSON.parse of the same text, as a ratio: `npm run bench -w @hookline/protocol` after a build.
// Goal: at most 1.3 for `ping` and `open`. Each round times both in turn. Other load on the machine only adds to a
// time, so the result is the ratio of the minima of many rounds; the ratios of the rounds are printed as well.
import { readFileSync } from 'node:fs';
import { decodeClientMessage, decodeServerMessage } from '../dist/index.js';

const ROUNDS = 101;
const RUNS_A_ROUND = 8000;
const { accept } = JSON.parse(readFileSync(new URL('../vectors/messages.json', import.meta.url), 'utf8'));
const NAMES = [
  'the first ping',
  'open with what is required',
  'open with every parameter',
  'pong',
  'event with a turn of the bot',
];

const texts = NAMES.map((name) => {
  const { sender, message } = accept.find((each) => each.name === name);
  const decode = sender === 'client' ? decodeClientMessage : decodeServerMessage;
  return { name, decode, text: JSON.stringify(message), rounds: [] };
});

/** Microseconds of CPU time for one run, which excludes other processes. */
function time(work, text) {
  const from = process.cpuUsage();
  for (let run = 0; run < RUNS_A_ROUND; run++) work(text);
  const { user, system } = process.cpuUsage(from);
  return (user + system) / RUNS_A_ROUND;
}

for (let round = 0; round < ROUNDS; round++) {
  for (const { decode, text, rounds } of texts) {
    const decodeFirst = round % 2 === 0 ? time(decode, text) : undefined;
    const parseUs = time(JSON.parse, text);
    const decodeUs = decodeFirst ?? time(decode, text);
    rounds.push({ parseUs, decodeUs, ratio: decodeUs / parseUs });
  }
}

/** The quantile of the numbers. */
function quantile(numbers, share) {
  return numbers.toSorted((a, b) => a - b)[Math.floor(share * (numbers.length - 1))].toFixed(2);
}

for (const { name, text, rounds } of texts) {
  const ratios = rounds.map(({ ratio }) => ratio);
  const parseUs = Math.min(...rounds.map((each) => each.parseUs));
  const decodeUs = Math.min(...rounds.map((each) => each.decodeUs));
  process.stdout.write(
    `${(decodeUs / parseUs).toFixed(2)} × JSON.parse (half of the rounds: ${quantile(ratios, 0.25)} to ${quantile(ratios, 0.75)}; ${parseUs.toFixed(2)} µs, ${text.length} characters)  ${name}\n`,
  );
}

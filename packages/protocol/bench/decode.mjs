// What decode costs beside JSON.parse of the same text, as a ratio: `npm run bench -w @hookline/protocol` after a build.
// Aim: at most 1.3 for `ping` and `open`. Rounds of both are interleaved and the best of each compared, since whatever
// else the machine does can only slow a round down.
import { readFileSync } from 'node:fs';
import { decodeClientMessage, decodeServerMessage } from '../dist/index.js';

const ROUNDS = 41;
const ROUND_MS = 20;
const { accept } = JSON.parse(readFileSync(new URL('../vectors/messages.json', import.meta.url), 'utf8'));
const found = (name) => accept.find((each) => each.name === name);
const texts = [
  'the first ping',
  'open with what is required',
  'open with every parameter',
  'pong',
  'event with a turn of the bot',
];

/** Runs in a millisecond of one round. */
function speed(work, text) {
  const until = performance.now() + ROUND_MS;
  let runs = 0;
  while (performance.now() < until) {
    for (let batch = 0; batch < 200; batch++) work(text);
    runs += 200;
  }
  return runs / ROUND_MS;
}

for (const name of texts) {
  const { sender, message } = found(name);
  const text = JSON.stringify(message);
  const decode = sender === 'client' ? decodeClientMessage : decodeServerMessage;
  const best = { parsed: 0, decoded: 0 };
  for (let round = 0; round < ROUNDS; round++) {
    best.parsed = Math.max(best.parsed, speed(JSON.parse, text));
    best.decoded = Math.max(best.decoded, speed(decode, text));
  }
  const ratio = (best.parsed / best.decoded).toFixed(2);
  const parseUs = (1000 / best.parsed).toFixed(2);
  process.stdout.write(`${ratio} × JSON.parse (${parseUs} µs, ${text.length} characters)  ${name}\n`);
}

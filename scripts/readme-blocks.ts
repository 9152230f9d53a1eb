import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A block of TypeScript in the README of a package, as a program that can be run. */
export interface ReadmeBlock {
  /** `@hookline/server 3`: the third block of the package. */
  readonly name: string;
  readonly code: string;
  /** Whether it serves until it is stopped. */
  readonly serves: boolean;
  readonly runner: 'node' | 'vitest';
}

/** What a reader puts in the place of the example's: where the bot listens, and how long a load lasts. */
const IN_PLACE: readonly (readonly [from: RegExp, to: string])[] = [
  [/wss:\/\/bots\.example\/v1'/g, "ws://localhost:8080'"],
  [/rampMs: 30_000/g, 'rampMs: 200'],
  [/durationMs: 300_000/g, 'durationMs: 1_000'],
  [/holdMs: 40_000/g, 'holdMs: 500'],
  [/calls: 100,/g, 'calls: 3,'],
  [/said, 10_000/g, 'said, 500'],
  // One rule instead of a minute of all.
  [/profile: \{ triggers/g, "only: ['AC-MSG-3'], allowInconclusive: true, profile: { triggers"],
  // The other blocks read a trace of that name, which is there already.
  [/dir: '\.hookline\/call-1'/g, "dir: '.hookline/call-2'"],
  [/folder: '\/tmp\/my-bot'/g, "folder: 'made/my-bot'"],
];

/** Needs a server that not every machine has; packages/server/test/redis.test.ts runs the same. */
const LEFT_OUT = /from 'redis'/;

/** The blocks of a package, which call the bot at the given port. */
export function readmeBlocks(path: string, name: string, port: number): ReadmeBlock[] {
  const blocks = [...readFileSync(join(path, 'README.md'), 'utf8').matchAll(/```ts\n([\s\S]*?)```/g)];
  return blocks
    .map(([, text = ''], index) => {
      const filled = IN_PLACE.reduce((code, [from, to]) => code.replace(from, to), text);
      return {
        name: `${name} ${index + 1}`,
        code: filled
          .replaceAll('localhost:8080', `127.0.0.1:${port}`)
          .replace(/listen\(8080/g, 'listen(0')
          .replace(/port: 8080/g, 'port: 0'),
        serves: /listen\(8080|port: 8080/.test(text),
        runner: /from '(?:vitest|@hookline\/testing\/vitest)'/.test(text)
          ? ('vitest' as const)
          : ('node' as const),
      };
    })
    .filter(({ code }) => !LEFT_OUT.test(code));
}

/** A program that serves ends well once it listens; `--import` it. */
export const ENDS_ONCE_IT_LISTENS = `
import net from 'node:net';
const { listen } = net.Server.prototype;
net.Server.prototype.listen = function (...options) {
  this.once('listening', () => setImmediate(() => process.exit(0)));
  return listen.apply(this, options);
};
`;

/** The bots that the blocks call, at the paths that they name; prints its port. */
export const CALLED_BOTS = `
import { greeter, ivr, parrot } from '@hookline/bots';
import { createBot, createRouter } from '@hookline/server';
const router = createRouter().bot('parrot', parrot()).bot('ivr', ivr()).bot('book', greeter()).fallback(parrot());
const bot = createBot({ auth: { k: null, 'my-api-key': process.env.CLIENT_SECRET } }, router);
const { port } = await bot.listen(0, { host: '127.0.0.1' });
console.log(port);
`;

/** What the blocks find in the folder in which they run. */
export const SCENARIO = `version: 1
name: greets
call: { connectorId: book }
steps:
  - expect: playback_started
  - hangup: true
`;

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A TypeScript block in the README of a package, as a program that can be run. */
export interface ReadmeBlock {
  /** `@hookline/server 3`: the third block of the package. */
  readonly name: string;
  readonly code: string;
  /** Whether it runs until it is stopped. */
  readonly isServer: boolean;
  readonly program: 'node' | 'vitest';
}

/** Replacements of example values: the URL of the bot, the duration of a load test. */
const REPLACEMENTS: readonly (readonly [from: RegExp, to: string])[] = [
  [/wss:\/\/bots\.example\/v1'/g, "ws://localhost:8080'"],
  [/rampMs: 30_000/g, 'rampMs: 200'],
  [/durationMs: 300_000/g, 'durationMs: 1_000'],
  [/holdMs: 40_000/g, 'holdMs: 500'],
  [/calls: 100,/g, 'calls: 3,'],
  [/said, 10_000/g, 'said, 500'],
  // Runs one check instead of all, which take a minute.
  [/profile: \{ triggers/g, "only: ['AC-MSG-3'], allowInconclusive: true, profile: { triggers"],
  // The other blocks read an existing trace with that name.
  [/dir: '\.hookline\/call-1'/g, "dir: '.hookline/call-2'"],
  [/folder: '\/tmp\/my-bot'/g, "folder: 'made/my-bot'"],
];

/** Needs a Redis server; packages/server/test/redis.test.ts runs the same code. */
const EXCLUDED = /from 'redis'/;

/** The blocks of a package, which call the bot at the given port. */
export function readmeBlocks(path: string, name: string, port: number): ReadmeBlock[] {
  const blocks = [...readFileSync(join(path, 'README.md'), 'utf8').matchAll(/```ts\n([\s\S]*?)```/g)];
  return blocks
    .map(([, text = ''], index) => {
      const runnable = REPLACEMENTS.reduce((code, [from, to]) => code.replace(from, to), text);
      return {
        name: `${name} ${index + 1}`,
        code: runnable
          .replaceAll('localhost:8080', `127.0.0.1:${port}`)
          .replace(/listen\(8080/g, 'listen(0')
          .replace(/port: 8080/g, 'port: 0'),
        isServer: /listen\(8080|port: 8080/.test(text),
        program: /from '(?:vitest|@hookline\/testing\/vitest)'/.test(text)
          ? ('vitest' as const)
          : ('node' as const),
      };
    })
    .filter(({ code }) => !EXCLUDED.test(code));
}

/** A module for `--import`, which makes a server exit successfully when it listens. */
export const EXIT_WHEN_LISTENING = `
import net from 'node:net';
const { listen } = net.Server.prototype;
net.Server.prototype.listen = function (...options) {
  this.once('listening', () => setImmediate(() => process.exit(0)));
  return listen.apply(this, options);
};
`;

/** The bots that the blocks call, at the paths of the blocks; prints its port. */
export const CALLED_BOTS = `
import { greeter, ivr, parrot } from '@hookline/bots';
import { createBot, createRouter } from '@hookline/server';
const router = createRouter().bot('parrot', parrot()).bot('ivr', ivr()).bot('book', greeter()).fallback(parrot());
const bot = createBot({ auth: { k: null, 'my-api-key': process.env.HOOKLINE_CLIENT_SECRET } }, router);
const { port } = await bot.listen(0, { host: '127.0.0.1' });
console.log(port);
`;

/** A file in the working directory of the blocks. */
export const SCENARIO = `version: 1
name: greets
call: { connectorId: book }
steps:
  - expect: playback_started
  - hangup: true
`;

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** The bot of apps/ivr-bot, in a process of its own. */
export interface ServedBot {
  readonly url: string;
  stop(): void;
}

/** Starts the bot on a free port. Rejects when it ends before it listens. */
export async function serveBot(apiKey: string, clientSecret: string): Promise<ServedBot> {
  const script = fileURLToPath(new URL('../../ivr-bot/dist/serve.js', import.meta.url));
  const env = { ...process.env, PORT: '0', API_KEY: apiKey, CLIENT_SECRET: clientSecret };
  const child = spawn(process.execPath, [script], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`The bot ended with ${code} before it listened.`);
  });
  const [line] = await Promise.race([once(createInterface(child.stdout), 'line'), ended]);
  ended.catch(() => {});
  const url = /ws:\S+/.exec(String(line))?.[0];
  if (url === undefined) throw new Error(`The bot does not say where it listens: ${line}`);
  return { url, stop: () => child.kill() };
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** The bot of apps/ivr-bot, in a separate process. */
export interface ServedBot {
  readonly url: string;
  stop(): void;
}

/** Starts the bot on a free port. Rejects if it exits before it is listening. */
export async function serveBot(apiKey: string, clientSecret: string): Promise<ServedBot> {
  const script = fileURLToPath(new URL('../../ivr-bot/dist/serve.js', import.meta.url));
  const env = { ...process.env, PORT: '0', API_KEY: apiKey, CLIENT_SECRET: clientSecret };
  const child = spawn(process.execPath, [script], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`The bot exited with ${code} before it was listening.`);
  });
  const [line] = await Promise.race([once(createInterface(child.stdout), 'line'), ended]);
  ended.catch(() => {});
  const url = /ws:\S+/.exec(String(line))?.[0];
  if (url === undefined) throw new Error(`The bot did not print its URL: ${line}`);
  return { url, stop: () => child.kill() };
}

/** The credentials of every benchmark: the baseline ignores them, the bot checks them. */
export const API_KEY = 'bench';
export const CLIENT_SECRET = 'YmVuY2gtY2xpZW50LXNlY3JldC0wMTIzNDU2Nzg5';

/** The address of the benchmark's speech service. */
export const SPEECH_PORT = 18_099;
export const SPEECH_URL = `ws://127.0.0.1:${SPEECH_PORT}/realtime`;

/** What a server does with caller audio: receives it, sends each frame back at once, or also detects speech. */
export type ServerTask = 'sink' | 'echo' | 'barge-in';

/** The settings of a child process, which it receives on its command line as JSON. */
export function settingsOf<Settings>(): Settings {
  return JSON.parse(process.argv[2] ?? '{}');
}

/** Reports a fact to the parent process, as one JSON line. */
export function reportFact(fact: object): void {
  process.stdout.write(`${JSON.stringify(fact)}\n`);
}

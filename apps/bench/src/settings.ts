/** The credentials of every bench: the floor ignores them, the bot checks them. */
export const API_KEY = 'bench';
export const CLIENT_SECRET = 'YmVuY2gtY2xpZW50LXNlY3JldC0wMTIzNDU2Nzg5';

/** Where the speech service of the bench is. */
export const SPEECH_PORT = 18_099;
export const SPEECH_URL = `ws://127.0.0.1:${SPEECH_PORT}/realtime`;

/** What a server does with caller audio: takes it in, sends each frame back at once, or listens for speech as well. */
export type ServerTask = 'sink' | 'echo' | 'barge-in';

/** What a child process is told on its command line, as JSON. */
export function settingsOf<Settings>(): Settings {
  return JSON.parse(process.argv[2] ?? '{}');
}

/** Tells the parent a fact, as one JSON line. */
export function tell(fact: object): void {
  process.stdout.write(`${JSON.stringify(fact)}\n`);
}

import { onTestFinished } from 'vitest';

/** Collects, until the end of the test, the errors that nothing has caught: in a bot they would end the process. */
export function escapedErrors(): unknown[] {
  const escaped: unknown[] = [];
  const note = (error: unknown) => void escaped.push(error);
  for (const event of ['unhandledRejection', 'uncaughtException'] as const) {
    process.on(event, note);
    onTestFinished(() => void process.off(event, note));
  }
  return escaped;
}

/** Runs one turn of the event loop, in which the errors that escaped reach the process. */
export const turnOver = () => new Promise<void>((resolve) => setImmediate(resolve));

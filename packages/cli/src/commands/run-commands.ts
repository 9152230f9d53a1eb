import { type Call, silenceCaller, toneCaller } from '@hookline/client';
import { type Clock, messageOf, sleep } from '@hookline/runtime';
import { readCallerWav } from '../options/caller-audio.js';
import { type Command, CommandError, parseCommand } from './command.js';
import { inputLines, MAX_LINE_BYTES } from './input-lines.js';

/** The answer to one line of the input. */
export interface CommandAnswer {
  readonly line: number;
  /** The command; absent if the line is not a valid one. */
  readonly command?: Command['type'];
  readonly ok: boolean;
  /** Why it was refused or did not complete. */
  readonly error?: string;
}

/** Receives the outcome of each command. */
export interface CommandLog {
  answer(answer: CommandAnswer): void;
  /** A command is carried out, but probably not as meant. */
  warning(text: string): void;
  /** The input stream failed. No further line is read. */
  inputFailed(message: string): void;
}

const CALL_ENDED = 'The call ended before the command completed.';

/** Maximum number of commands at a time. Further lines wait. */
export const MAX_RUNNING = 100;

/**
 * Runs the commands of a stream, one JSON object per line, from the moment the call is open until it ends. Commands
 * start in order: audio is queued after earlier audio, keys after earlier keys, and `wait` delays all later lines. Each
 * line is answered once, when its command has completed or was refused.
 *
 * @returns a promise that resolves when the stream has ended and its commands have completed, or when the call has ended
 */
export async function runCommands(
  call: Call,
  input: AsyncIterable<Uint8Array>,
  { clock, log }: { readonly clock: Clock; readonly log: CommandLog },
): Promise<void> {
  const ended = new AbortController();
  const callEnded = call.result.then(() => ended.abort());
  const running = new Set<Promise<void>>();

  const answerWhenDone = async (line: number, command: Command['type'], done: Promise<void> | undefined) => {
    try {
      await done;
      const isEnding = call.state === 'closing' || call.state === 'closed';
      const isTooLate = isEnding && command !== 'hangup';
      log.answer(isTooLate ? { line, command, ok: false, error: CALL_ENDED } : { line, command, ok: true });
    } catch (error) {
      log.answer({ line, command, ok: false, error: messageOf(error) });
    }
  };

  const runLines = async () => {
    await whenOpen(call);
    for await (const line of inputLines(input)) {
      if (ended.signal.aborted) return;
      if ('text' in line && line.text.trim() === '') continue;
      const command = readLine(line, log);
      if (command === undefined) continue;
      const started = startCommand(call, command, log, (ms) =>
        sleep(clock, ms, ended.signal).catch(() => {}),
      );
      // The next line must not start before a file has been read or a `wait` has passed.
      const done = answerWhenDone(
        line.number,
        command.type,
        started.then(({ done }) => done),
      ).then(() => {
        running.delete(done);
      });
      await started.catch(() => {});
      running.add(done);
      if (running.size >= MAX_RUNNING) await Promise.race(running);
    }
  };
  await Promise.race([runLines().catch((error) => log.inputFailed(messageOf(error))), callEnded]);
  await Promise.all(running);
}

function readLine(
  line: { readonly number: number } & ({ readonly text: string } | { readonly tooLong: true }),
  log: CommandLog,
): Command | undefined {
  try {
    if ('text' in line) return parseCommand(line.text);
    throw new CommandError(
      `The line is longer than ${MAX_LINE_BYTES} bytes; split it into several commands.`,
    );
  } catch (error) {
    log.answer({ line: line.number, ok: false, error: messageOf(error) });
    return undefined;
  }
}

function whenOpen(call: Call): Promise<void> {
  if (call.state === 'open') return Promise.resolve();
  return new Promise((resolve) => {
    const stop = call.on('state', (state) => {
      if (state !== 'open') return;
      stop();
      resolve();
    });
  });
}

/** Starts a command. `done` resolves when it has completed. */
async function startCommand(
  call: Call,
  command: Command,
  log: CommandLog,
  pause: (ms: number) => Promise<void>,
): Promise<{ readonly done?: Promise<void> }> {
  switch (command.type) {
    case 'say':
      return { done: call.say(await readCallerWav(command.wav, 'wav', (text) => log.warning(text))) };
    case 'tone':
      return { done: call.say(toneCaller({ frequencyHz: command.hz, durationMs: command.ms })) };
    case 'silence':
      return { done: call.say(silenceCaller(command.ms)) };
    case 'dtmf':
      return { done: call.sendDtmf(command.digits, { intervalMs: command.gapMs }) };
    case 'wait':
      await pause(command.ms);
      return {};
    case 'hold':
      call.hold();
      return {};
    case 'resume':
      call.unhold();
      return {};
    case 'language':
      call.setLanguage(command.language);
      return {};
    case 'hangup':
      call.hangup();
      return {};
  }
}

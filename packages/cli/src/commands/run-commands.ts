import { type Call, silenceCaller, toneCaller } from '@hookline/client';
import { type Clock, messageOf, sleep } from '@hookline/runtime';
import { readCallerWav } from '../options/caller-audio.js';
import { type Command, CommandError, parseCommand } from './command.js';
import { inputLines, MAX_LINE_BYTES } from './input-lines.js';

/** How a line of the input was answered. */
export interface CommandAnswer {
  readonly line: number;
  /** The name of the command, where the line is one. */
  readonly command?: Command['type'];
  readonly ok: boolean;
  /** Why it was not carried out. */
  readonly error?: string;
}

/** Gets the outcome of each command. */
export interface CommandLog {
  answer(answer: CommandAnswer): void;
  /** The stream cannot be read any further, which ends it. */
  broken(message: string): void;
}

const TOO_LATE = 'The call ended before this was done.';

/** Commands that were begun and are not done yet; further lines wait. */
export const MAX_UNDER_WAY = 100;

/**
 * Carries out the commands of a stream, one JSON object a line, from the moment the call is open until it ends. Lines
 * begin in their order; what is said follows what was said before, keys follow keys, and `wait` holds the lines behind
 * it. Each line is answered once, when it has been carried out or was refused.
 *
 * @returns when the stream has ended and all of it has been carried out, or the call has ended
 */
export async function runCommands(
  call: Call,
  input: AsyncIterable<Uint8Array>,
  { clock, log }: { readonly clock: Clock; readonly log: CommandLog },
): Promise<void> {
  const ended = new AbortController();
  const over = call.result.then(() => ended.abort());
  const underWay = new Set<Promise<void>>();

  const follow = async (line: number, command: Command['type'], done: Promise<void> | undefined) => {
    try {
      await done;
      const over = call.state === 'closing' || call.state === 'closed';
      const late = over && command !== 'hangup';
      log.answer(late ? { line, command, ok: false, error: TOO_LATE } : { line, command, ok: true });
    } catch (error) {
      log.answer({ line, command, ok: false, error: messageOf(error) });
    }
  };

  const read = async () => {
    await whenOpen(call);
    for await (const line of inputLines(input)) {
      if (ended.signal.aborted) return;
      if ('text' in line && line.text.trim() === '') continue;
      const command = readLine(line, log);
      if (command === undefined) continue;
      const begun = begin(call, command, (ms) => sleep(clock, ms, ended.signal).catch(() => {}));
      // What follows must not overtake a file that is being read, nor a wait.
      const done = follow(
        line.number,
        command.type,
        begun.then(({ done }) => done),
      ).then(() => {
        underWay.delete(done);
      });
      await begun.catch(() => {});
      underWay.add(done);
      if (underWay.size >= MAX_UNDER_WAY) await Promise.race(underWay);
    }
  };
  await Promise.race([read().catch((error) => log.broken(messageOf(error))), over]);
  await Promise.all(underWay);
}

function readLine(
  line: { readonly number: number } & ({ readonly text: string } | { readonly tooLong: true }),
  log: CommandLog,
): Command | undefined {
  try {
    if ('text' in line) return parseCommand(line.text);
    throw new CommandError(`The line is longer than ${MAX_LINE_BYTES} bytes.`);
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

/** Begins a command. What comes back tells when it has been done, or the call has ended. */
async function begin(
  call: Call,
  command: Command,
  pause: (ms: number) => Promise<void>,
): Promise<{ readonly done?: Promise<void> }> {
  switch (command.type) {
    case 'say':
      return { done: call.say(await readCallerWav(command.wav, 'wav', 0)) };
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

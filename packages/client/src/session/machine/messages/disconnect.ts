import type { ServerMessageOf } from '@hookline/protocol';
import { quote } from '@hookline/runtime';
import type { Outcome } from '../../../outcome/outcome.js';
import type { Effect, Step } from '../effects.js';
import { answerDisconnect, failed, type Live } from '../ending.js';
import type { Closing } from '../states.js';

type Disconnect = ServerMessageOf<'disconnect'>;

/** The longest `info` that is shown, in characters: a flow may search it, so it is not as short as other quotes. */
const MAX_INFO_CHARS = 1000;

/** The `info` of a `disconnect`, for a text. */
export function quotedInfo(info: string): string {
  return quote(info, MAX_INFO_CHARS);
}

/** The bot ends the session, which decides the path. */
export function onDisconnect(state: Live, message: Disconnect, drain: boolean): Step<Closing> {
  const playOut = drain && state.name === 'open';
  const [next, effects] = answerDisconnect(outcomeOf(state, message), playOut);
  return [next, [...keepOutputs(message), ...effects]];
}

/** The returned outputs, which are reported whether they are assigned or not. (AC-OUT-1) */
export function keepOutputs(
  { parameters }: Disconnect,
  from: 'disconnect' | 'second disconnect' = 'disconnect',
): readonly Effect[] {
  const outputs = parameters.outputVariables;
  return outputs === undefined ? [] : [{ do: 'keepOutputs', from, outputs }];
}

function outcomeOf(state: Live, { parameters }: Disconnect): Outcome {
  const said = parameters.info ? `: ${quotedInfo(parameters.info)}` : ', without info';
  switch (parameters.reason) {
    case 'completed':
      return { kind: 'completed' };
    case 'unauthorized':
      return failed(state, 'unauthorized', `the bot disconnected with reason unauthorized${said}`);
    case 'error':
      return failed(state, 'bot-error', `the bot disconnected with reason error${said}`);
  }
}

import { isGreeted, type SessionStart } from '../service/service.js';
import type { DeepgramOptions } from './deepgram.js';

/** The first message of a session; a test checks it against the vendor's type. */
export function settings(options: DeepgramOptions, start: SessionStart) {
  const {
    listen = { type: 'deepgram', model: 'nova-3' },
    think = { type: 'open_ai', model: 'gpt-4o-mini' },
    speak = { type: 'deepgram', model: 'aura-2-thalia-en' },
    greeting,
  } = options;
  return {
    type: 'Settings' as const,
    audio: {
      input: { encoding: 'mulaw' as const, sample_rate: 8000 },
      output: { encoding: 'mulaw' as const, sample_rate: 8000, container: 'none' as const },
    },
    agent: {
      listen: { provider: listen },
      think: {
        provider: think,
        ...(start.instructions === '' ? {} : { prompt: start.instructions }),
        ...(start.tools.length === 0
          ? {}
          : {
              functions: start.tools.map(({ name, description, parameters }) => ({
                name,
                description,
                parameters: { ...parameters },
              })),
            }),
      },
      speak: { provider: speak },
      ...(greeting === undefined || isGreeted(start.history) ? {} : { greeting }),
      ...(start.history.length === 0
        ? {}
        : {
            context: {
              messages: start.history.map(({ who, text }) => ({
                type: 'History' as const,
                role: who === 'caller' ? ('user' as const) : ('assistant' as const),
                content: text,
              })),
            },
          }),
    },
  };
}

export function callerMessage(content: string) {
  return { type: 'InjectUserMessage' as const, content };
}

export function agentMessage(message: string) {
  return { type: 'InjectAgentMessage' as const, message };
}

export function context(prompt: string) {
  return { type: 'UpdatePrompt' as const, prompt };
}

export function toolResult(id: string, name: string, result: unknown) {
  return { type: 'FunctionCallResponse' as const, id, name, content: JSON.stringify(result ?? null) };
}

export function keepAlive() {
  return { type: 'KeepAlive' as const };
}

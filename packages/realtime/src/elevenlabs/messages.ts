import { isGreeted, type SessionStart } from '../service/service.js';
import { isRecord } from '../wire/json.js';
import type { ElevenLabsOptions } from './elevenlabs.js';

/** The first message; a test checks all messages against the vendor's types. */
export function initiation(options: ElevenLabsOptions, start: SessionStart) {
  const { voice, variables, firstMessage } = options;
  const agent = {
    ...(start.instructions === '' ? {} : { prompt: { prompt: start.instructions } }),
    // With an empty message the agent waits for the caller, who has been greeted before.
    ...(firstMessage === undefined ? {} : { first_message: isGreeted(start.history) ? '' : firstMessage }),
  };
  const override = {
    ...(Object.keys(agent).length === 0 ? {} : { agent }),
    ...(voice === undefined ? {} : { tts: { voice_id: voice } }),
  };
  return {
    type: 'conversation_initiation_client_data' as const,
    ...(Object.keys(override).length === 0 ? {} : { conversation_config_override: override }),
    ...(variables === undefined ? {} : { dynamic_variables: { ...variables } }),
  };
}

export function pong(event: number) {
  return { type: 'pong' as const, event_id: event };
}

export function callerMessage(text: string) {
  return { type: 'user_message' as const, text };
}

export function context(text: string) {
  return { type: 'contextual_update' as const, text };
}

export function toolResult(id: string, result: unknown) {
  return {
    type: 'client_tool_result' as const,
    tool_call_id: id,
    result: typeof result === 'string' ? result : JSON.stringify(result ?? null),
    is_error: isRecord(result) && Boolean(result['error']),
  };
}

/** The client's messages of the Realtime protocol; a test checks them against the vendor's types. */

export function truncate(item: string, ms: number) {
  return {
    type: 'conversation.item.truncate' as const,
    item_id: item,
    content_index: 0,
    audio_end_ms: Math.floor(ms),
  };
}

export function cancel(response?: string) {
  return { type: 'response.cancel' as const, ...(response ? { response_id: response } : {}) };
}

/** @param words - what to say, as an instruction; default: the model decides */
export function createResponse(words?: string) {
  if (words === undefined) return { type: 'response.create' as const };
  return {
    type: 'response.create' as const,
    response: { instructions: `Say exactly this to the caller, and nothing else: ${words}` },
  };
}

export function callerMessage(text: string) {
  return {
    type: 'conversation.item.create' as const,
    item: {
      type: 'message' as const,
      role: 'user' as const,
      content: [{ type: 'input_text' as const, text }],
    },
  };
}

export function botMessage<Content extends 'output_text' | 'text'>(text: string, content: Content) {
  return {
    type: 'conversation.item.create' as const,
    item: { type: 'message' as const, role: 'assistant' as const, content: [{ type: content, text }] },
  };
}

export function toolResult(id: string, result: unknown) {
  return {
    type: 'conversation.item.create' as const,
    item: { type: 'function_call_output' as const, call_id: id, output: JSON.stringify(result ?? null) },
  };
}

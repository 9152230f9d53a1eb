import type { SessionStart } from '../service/service.js';
import type { GeminiOptions } from './gemini.js';

/** The first message; a test checks all messages against the vendor's types. */
export function setup(options: GeminiOptions, model: string, start: SessionStart) {
  const { voice, language } = options;
  const speech = {
    ...(voice === undefined ? {} : { voiceConfig: { prebuiltVoiceConfig: { voiceName: voice } } }),
    ...(language === undefined ? {} : { languageCode: language }),
  };
  return {
    setup: {
      model: model.includes('/') ? model : `models/${model}`,
      generationConfig: {
        responseModalities: ['AUDIO'],
        ...(Object.keys(speech).length === 0 ? {} : { speechConfig: speech }),
      },
      ...(start.instructions === '' ? {} : { systemInstruction: { parts: [{ text: start.instructions }] } }),
      ...(start.tools.length === 0
        ? {}
        : {
            tools: [
              {
                functionDeclarations: start.tools.map(({ name, description, parameters }) => ({
                  name,
                  description,
                  parametersJsonSchema: parameters,
                })),
              },
            ],
          }),
      inputAudioTranscription: {},
      outputAudioTranscription: {},
      // Otherwise the service stops its reply at the first sound.
      ...(start.interruption === 'service'
        ? {}
        : { realtimeInputConfig: { activityHandling: 'NO_INTERRUPTION' as const } }),
      // The service refuses a handle of null; without one a new, resumable session starts.
      sessionResumption: start.handle === undefined ? {} : { handle: start.handle },
      // Without it, a session with audio ends after 15 minutes.
      contextWindowCompression: { slidingWindow: {} },
    },
  };
}

export function callerMessage(text: string, reply: boolean) {
  return { clientContent: { turns: [{ role: 'user', parts: [{ text }] }], turnComplete: reply } };
}

export function history(start: SessionStart) {
  return {
    clientContent: {
      turns: start.history.map(({ who, text }) => ({
        role: who === 'caller' ? 'user' : 'model',
        parts: [{ text }],
      })),
      turnComplete: false,
    },
  };
}

/** A request of the model, as its result has to repeat it. */
export interface ToolRequest {
  /** Undefined if the service gave none. */
  readonly id?: string;
  readonly name: string;
}

export function toolResult(request: ToolRequest, result: unknown) {
  return { toolResponse: { functionResponses: [{ ...request, response: { result: result ?? null } }] } };
}

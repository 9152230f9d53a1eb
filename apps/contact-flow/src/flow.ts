import { type Call, callAudioConnector, type Integration } from '@hookline/client';

/** An incoming call. */
export interface Incoming {
  readonly integration: Integration;
  readonly customerId: string;
  /** What the caller does once the bot has answered. */
  readonly caller: (call: Call) => void;
}

/** Attempts to reach the bot before the call goes to voicemail. */
const ATTEMPTS = 2;

/**
 * The flow: the bot verifies the caller, and its outputs decide where the call is routed.
 *
 * @returns the steps that were taken, as Architect's execution history would list them
 */
export async function inboundFlow({ integration, customerId, caller }: Incoming): Promise<string[]> {
  const steps: string[] = [];
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const call = callAudioConnector({
      name: 'Verify the caller',
      integration,
      inputs: { customerId },
      outputs: ['verified', 'next'],
      conversation: { ani: '+15550001', dnis: '+18000002', language: 'en-US' },
    });
    caller(call);
    const result = await call.result;

    if (result.path === 'disconnected') return [...steps, 'The caller has hung up'];
    if (result.path === 'success') {
      const { verified, next } = result.outputs;
      steps.push(`Verify the caller: success, verified ${verified}`);
      return [...steps, next === 'transfer' ? 'Transfer to ACD: Support' : 'Disconnect'];
    }
    const { errorType } = result.failureOutputs;
    steps.push(`Verify the caller: failure, ${errorType}`);
    if (errorType !== 'NoResourceError') {
      return [...steps, 'Play Audio: We are sorry', 'Transfer to ACD: Support'];
    }
    // The bot is unreachable, perhaps only temporarily: try again.
    if (attempt < ATTEMPTS) steps.push('Play Audio: One moment please');
  }
  return [...steps, 'Transfer to Voicemail: Support'];
}

import { CAUSES } from '@hookline/client';
import { NULL_UUID } from '@hookline/protocol';
import type { ReportedScenario, Scenario } from '@hookline/scenario';

/**
 * The report of a scenario whose call the client refused to make, so that the other scenarios still run.
 *
 * @param reason - why, masked, without a full stop
 */
export function refusedScenario(scenario: Scenario, reason: string): ReportedScenario {
  const { errorType, words } = CAUSES['invalid-action'];
  return {
    scenario,
    passed: false,
    failure: {
      step: 'end',
      text: 'call',
      place: scenario.place,
      expected: 'values with which a call can be made',
      got: reason,
      atMs: 0,
    },
    steps: scenario.steps.map(({ text, place }) => ({ text, place, outcome: 'notRun' })),
    result: {
      path: 'failure',
      cause: 'invalid-action',
      failureOutputs: { errorType, errorMessage: `${words} Details: ${reason}.` },
      sessionId: NULL_UUID,
      conversationId: NULL_UUID,
      durationMs: 0,
      heardMs: 0,
      cutMs: 0,
      flushedMs: 0,
      underruns: 0,
      bargeIns: 0,
      callerLateMs: 0,
      dtmf: '',
      turns: [],
      warnings: [],
      timings: { replyMs: [], playbacks: [] },
      discardedOutputs: {},
    },
    events: [],
    durationMs: 0,
  };
}

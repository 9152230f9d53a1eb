import { endCall, type RealtimeService, realtime, transfer } from '@hookline/realtime';
import { type Auth, type Bot, type CallHandler, createBot } from '@hookline/server';

const INSTRUCTIONS =
  'You book tables for a restaurant, by telephone. Be brief. Ask for the number of people, the day and the time, and ' +
  'have the caller confirm them. Say goodbye before you end the call. If the caller asks for a person, transfer the call.';

/** Connects a call to the service. Returns the outputs `reservation` and `transfer_to` to the flow. */
export function handler(service: RealtimeService): CallHandler {
  return (call) =>
    realtime(call, service, {
      instructions: INSTRUCTIONS,
      tools: {
        end_call: endCall({ outputs: { reservation: 'the table that is booked: people, day and time' } }),
        transfer: transfer(['agent']),
      },
    });
}

export function createMyBot(auth: Auth, service: RealtimeService): Bot {
  return createBot({ auth, path: '/{{name}}' }, handler(service));
}

import { isDeepStrictEqual } from 'node:util';
import { type Call, defineIntegration } from '@hookline/client';
import { inboundFlow } from './flow.js';
import { serveBot } from './serve-bot.js';

const apiKey = 'contact-flow';
const clientSecret = 'YSBzZWNyZXQgZm9yIHRoaXMgcnVuIG9ubHk=';

const bot = await serveBot(apiKey, clientSecret);
const integration = defineIntegration({ baseConnectionUri: bot.url, apiKey, clientSecret });
const unreachable = defineIntegration({ baseConnectionUri: 'ws://127.0.0.1:1', apiKey, clientSecret });
const revoked = defineIntegration({ baseConnectionUri: bot.url, apiKey, clientSecret: 'b2xk' });

const press = (keys: string) => (call: Call) => void call.sendDtmf(keys);
const hangUp = (call: Call) =>
  call.on('playbackStarted', () => {
    call.hangup();
  });

/** The calls, and the steps that the flow must take. */
const scenarios = [
  {
    name: 'a customer who wants an agent',
    incoming: { integration, customerId: '42', caller: press('1234#1') },
    expected: ['Verify the caller: success, verified true', 'Transfer to ACD: Support'],
  },
  {
    name: 'a customer who is done',
    incoming: { integration, customerId: '43', caller: press('8765#2') },
    expected: ['Verify the caller: success, verified true', 'Disconnect'],
  },
  {
    name: 'somebody who does not know the code',
    incoming: { integration, customerId: '42', caller: press('1#2#3#') },
    expected: ['Verify the caller: success, verified false', 'Disconnect'],
  },
  {
    name: 'somebody who hangs up during the prompt',
    incoming: { integration, customerId: '42', caller: hangUp },
    expected: ['The caller has hung up'],
  },
  {
    name: 'nobody the bot knows',
    incoming: { integration, customerId: '7', caller: press('1234#') },
    expected: [
      'Verify the caller: failure, InternalServerError',
      'Play Audio: We are sorry',
      'Transfer to ACD: Support',
    ],
  },
  {
    name: 'a bot that is down',
    incoming: { integration: unreachable, customerId: '42', caller: press('1') },
    expected: [
      'Verify the caller: failure, NoResourceError',
      'Play Audio: One moment please',
      'Verify the caller: failure, NoResourceError',
      'Transfer to Voicemail: Support',
    ],
  },
  {
    name: 'a secret that was changed on one side only',
    incoming: { integration: revoked, customerId: '42', caller: press('1') },
    expected: [
      'Verify the caller: failure, NoResourceError',
      'Play Audio: One moment please',
      'Verify the caller: failure, NoResourceError',
      'Transfer to Voicemail: Support',
    ],
  },
];

let failures = 0;
await Promise.all(
  scenarios.map(async ({ name, incoming, expected }) => {
    const steps = await inboundFlow(incoming);
    const matches = isDeepStrictEqual(steps, expected);
    console.log([`${matches ? '✓' : '✗'} ${name}`, ...steps].join('\n    '));
    if (matches) return;
    failures += 1;
    console.log(['  expected:', ...expected].join('\n    '));
  }),
);
bot.stop();
console.log(
  failures === 0
    ? `All ${scenarios.length} callers took the expected steps.`
    : `${failures} of ${scenarios.length} callers took other steps.`,
);
process.exitCode = failures === 0 ? 0 : 1;

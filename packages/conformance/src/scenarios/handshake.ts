import { randomUUID } from 'node:crypto';
import type { OpenChanges } from '../caller/open-parameters.js';
import type { RawCall } from '../caller/raw-call.js';
import { readObject } from '../record/timeline.js';
import { PRODUCTION_FORM, type SignatureForm } from '../wire/signature-form.js';
import type { Scenario, ScenarioContext } from './scenario.js';

/** The first call. The other scenarios run only if the bot opens it. */
export const handshake: Scenario = {
  name: 'handshake',
  description: 'One call with the request and the `open` of production, which is opened and closed.',
  covers: [
    'AC-CONN-3',
    'AC-CONN-4',
    'AC-CONN-5',
    'AC-CONN-6',
    'AC-OPEN-2',
    'AC-OPEN-3',
    'AC-OPEN-4',
    'AC-OPEN-5',
    'AC-OPEN-6',
    'AC-OPEN-7',
    'AC-OPEN-11',
    'AC-MEDIA-1',
    'AC-MEDIA-2',
    'AC-DUR-1',
    'AC-DUR-2',
    'AC-CLOSE-1',
    'AC-CLOSE-2',
    'AC-CLOSE-3',
    'AC-CLOSE-4',
    'AC-CLOSE-5',
    'AC-OUT-4',
    'AC-SIG-1',
    'AC-SIG-2',
    'AC-SIG-10',
  ],
  async run(context) {
    const call = await context.dial({ call: 'a call of production' });
    const status = call.events.find((event) => event.kind === 'response')?.status;
    if (context.target.clientSecret !== undefined && (status === 401 || status === 403))
      await findAcceptedForm(context);
    const opened = await call.open();
    if (opened) await call.wait(200);
    await call.hangUp();
    if (!opened && isOpenRefused(call)) await findRefusalCause(context);
  },
};

/** Known errors of servers that verify signatures. If the bot accepts a form, this is its error. */
const WRONG_SIGNATURE_FORMS: readonly {
  readonly form: SignatureForm;
  readonly clause: 'AC-SIG-1' | 'AC-SIG-2' | 'AC-SIG-10';
  readonly description: string;
}[] = [
  {
    clause: 'AC-SIG-2',
    description:
      'the bot accepts a signature whose key is the text of the secret, but not one whose key is the decoded secret',
    form: { ...PRODUCTION_FORM, key: (_, text) => Buffer.from(text) },
  },
  {
    clause: 'AC-SIG-1',
    description: 'the bot accepts the components in another order, but not in the order of production',
    form: {
      ...PRODUCTION_FORM,
      components: [
        '@request-target',
        '@authority',
        'audiohook-organization-id',
        'audiohook-session-id',
        'audiohook-correlation-id',
        'x-api-key',
      ],
      parameters: ['keyid', 'nonce', 'alg', 'created', 'expires'],
    },
  },
  {
    clause: 'AC-SIG-10',
    description: 'the bot accepts a signature over "get " and the path, but not one over the path',
    form: { ...PRODUCTION_FORM, target: (target) => `get ${target}` },
  },
  {
    clause: 'AC-SIG-10',
    description:
      'the bot accepts a signature over the host without its port, but not one over the header Host',
    form: { ...PRODUCTION_FORM, authority: (host) => host.replace(/:\d+$/, '') },
  },
  {
    clause: 'AC-SIG-1',
    description:
      'the bot accepts a signature with session id and correlation id interchanged, as in an example of the public documents',
    form: { ...PRODUCTION_FORM, interchangeIds: true },
  },
];

/** The bot refused the signature of production: finds a form that it accepts. */
async function findAcceptedForm(context: ScenarioContext): Promise<void> {
  for (const { form, clause, description } of WRONG_SIGNATURE_FORMS) {
    const call = await context.dial({
      call: description,
      form,
      purpose: { kind: 'refusal', clause, description },
    });
    const isAccepted = await call.open();
    await call.hangUp();
    if (isAccepted) return;
  }
}

/** Whether the bot ended the call instead of answering `open`, before the caller hung up. */
function isOpenRefused(call: RawCall): boolean {
  let isSent = false;
  for (const event of call.events) {
    if (event.kind === 'end') return isSent && event.by !== 'self';
    if (event.kind !== 'message') continue;
    const type = readObject(event.text)?.['type'];
    if (event.dir === 'out' && type === 'open') isSent = true;
    if (event.dir === 'in' && type === 'disconnect') return isSent;
    if (type === 'opened' || type === 'close') return false;
  }
  return false;
}

const PARTICIPANT = randomUUID();

/** Changes to the `open` of production. If the bot opens a call with one, this is why it refused the first call. */
const OPEN_VARIATIONS: readonly {
  readonly clause: 'AC-VAR-2' | 'AC-DUR-1' | 'AC-OPEN-9';
  readonly description: string;
  readonly changes?: OpenChanges;
  readonly wholeSeconds?: true;
}[] = [
  {
    clause: 'AC-VAR-2',
    description: 'the bot refuses a call without inputs and opens one with an input',
    changes: { inputVariables: { hookline: 'check' } },
  },
  {
    clause: 'AC-DUR-1',
    description:
      'the bot refuses a call with position PT0.0S, as production writes it, and opens one with PT0S',
    wholeSeconds: true,
  },
  {
    clause: 'AC-OPEN-9',
    description:
      'the bot opens a call with language en-US, but not one with en-us, as production writes it; compare languages without regard to case',
    changes: { language: 'en-US' },
  },
  {
    clause: 'AC-OPEN-9',
    description:
      'the bot opens a call from +15550001, but not one from tel:+15550001, as production writes it; accept numbers with a prefix',
    changes: {
      participant: { id: PARTICIPANT, ani: '+15550001', aniName: '', dnis: '+18005550002' },
    },
  },
];

/** The bot refused the first call: finds out whether a detail of production's `open` is the cause. */
async function findRefusalCause(context: ScenarioContext): Promise<void> {
  const hasInputs = Object.keys(context.profile.inputs).length > 0;
  for (const { clause, description, changes, wholeSeconds } of OPEN_VARIATIONS) {
    if (clause === 'AC-VAR-2' && hasInputs) continue;
    const call = await context.dial({
      call: description,
      purpose: { kind: 'refusal', clause, description },
      ...(wholeSeconds ? { wholeSeconds } : {}),
    });
    const opened = await call.open(changes);
    await call.hangUp();
    if (opened) return;
  }
}

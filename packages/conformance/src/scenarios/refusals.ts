import { randomBytes } from 'node:crypto';
import type { ClauseId } from '@hookline/protocol';
import type { RawCall } from '../caller/raw-call.js';
import { PRODUCTION_FORM, type SignatureForm } from '../wire/signature-form.js';
import type { CallSpec, Scenario, ScenarioContext } from './scenario.js';

/** Clearly outside of what a server may accept, 10 s plus 3 s of skew and 3 s ahead, also if its clock differs by seconds. In seconds. */
const OLD_S = 20;
const AHEAD_S = 10;

/** The longest wait for a refusal on an open connection, in milliseconds. */
const ANSWER_MS = 2000;

const FORMS: readonly {
  readonly clause: ClauseId;
  readonly description: string;
  readonly form: SignatureForm | 'unsigned';
}[] = [
  { clause: 'AC-AUTH-3', description: 'a request without a signature', form: 'unsigned' },
  {
    clause: 'AC-SIG-2',
    description: 'a signature made with another secret',
    form: { ...PRODUCTION_FORM, key: () => Buffer.from('not the secret of this bot') },
  },
  {
    clause: 'AC-SIG-1',
    description: 'a signature that does not cover x-api-key and @authority',
    form: { ...PRODUCTION_FORM, components: PRODUCTION_FORM.components.slice(0, 4) },
  },
  {
    clause: 'AC-SIG-3',
    description: 'a signature whose keyid is another key',
    form: { ...PRODUCTION_FORM, keyid: 'another-key' },
  },
  {
    clause: 'AC-SIG-4',
    description: 'a nonce of 8 characters',
    form: { ...PRODUCTION_FORM, nonce: 'c2hvcnQh' },
  },
  {
    clause: 'AC-SIG-5',
    description: `a signature made ${OLD_S} s ago that expires in ${OLD_S} s`,
    form: { ...PRODUCTION_FORM, createdOffset: -OLD_S, lifetime: 2 * OLD_S },
  },
  {
    clause: 'AC-SIG-6',
    description: `a signature made ${AHEAD_S} s in the future`,
    form: { ...PRODUCTION_FORM, createdOffset: AHEAD_S },
  },
  {
    clause: 'AC-SIG-7',
    description: 'a signature made 8 s ago that expired 6 s ago',
    form: { ...PRODUCTION_FORM, createdOffset: -8, lifetime: 2 },
  },
];

/** Wrong credentials. */
export const refusals: Scenario = {
  name: 'refusals',
  description:
    'Requests with wrong credentials: each must be refused, with 401 or `disconnect` unauthorized.',
  covers: [
    'AC-AUTH-1',
    'AC-AUTH-2',
    'AC-AUTH-3',
    'AC-AUTH-6',
    'AC-AUTH-7',
    'AC-SIG-1',
    'AC-SIG-2',
    'AC-SIG-3',
    'AC-SIG-4',
    'AC-SIG-5',
    'AC-SIG-6',
    'AC-SIG-7',
    'AC-SIG-9',
  ],
  // Beside other calls, 503 and 429 could mean that there are too many.
  exclusive: true,
  skip: ({ profile }) => (profile.auth === 'none' ? 'the bot accepts every caller' : undefined),
  async run(context) {
    await dialRefused(context, 'AC-AUTH-1', 'an unknown API key', { apiKey: 'hookline-unknown-key' });
    if (context.profile.auth !== 'signed' || context.target.clientSecret === undefined) return;
    for (const { clause, description, form } of FORMS)
      await dialRefused(context, clause, description, { form });
    // AC-SIG-9
    const form = { ...PRODUCTION_FORM, nonce: randomBytes(18).toString('base64') };
    const first = await context.dial({ call: 'a nonce, the first time', form });
    const isAccepted = await first.open();
    await first.hangUp();
    if (isAccepted) await dialRefused(context, 'AC-SIG-9', 'a nonce that was already used', { form });
  },
};

/** Dials a request that must be refused. If the upgrade succeeds, sends `open` and waits for the answer. */
export async function dialRefused(
  context: ScenarioContext,
  clause: ClauseId,
  description: string,
  spec: Pick<CallSpec, 'form' | 'apiKey'>,
): Promise<RawCall> {
  const call = await context.dial({
    call: description,
    ...spec,
    purpose: { kind: 'refusal', clause, description },
  });
  if (!call.connected) return call;
  call.sendOpen();
  await call.waitFor(() => call.count('opened') + call.count('disconnect') > 0, ANSWER_MS);
  await call.hangUp();
  return call;
}

import { randomBytes } from 'node:crypto';
import type { ClauseId } from '@hookline/protocol';
import { PRODUCTION_FORM, type SignatureForm } from '../wire/signature-form.js';
import type { CallSpec, Scenario, Stage } from './scenario.js';

const MINUTE = 60;

/** How long an answer to such a request is waited for, in milliseconds. */
const ANSWER_MS = 2000;

const FORMS: readonly {
  readonly clause: ClauseId;
  readonly what: string;
  readonly form: SignatureForm | 'unsigned';
}[] = [
  { clause: 'AC-AUTH-3', what: 'a request without a signature', form: 'unsigned' },
  {
    clause: 'AC-SIG-2',
    what: 'a signature made with another secret',
    form: { ...PRODUCTION_FORM, key: () => Buffer.from('not the secret of this bot') },
  },
  {
    clause: 'AC-SIG-1',
    what: 'a signature that does not cover x-api-key and @authority',
    form: { ...PRODUCTION_FORM, components: PRODUCTION_FORM.components.slice(0, 4) },
  },
  {
    clause: 'AC-SIG-3',
    what: 'a signature whose keyid is another key',
    form: { ...PRODUCTION_FORM, keyid: 'another-key' },
  },
  { clause: 'AC-SIG-4', what: 'a nonce of 8 characters', form: { ...PRODUCTION_FORM, nonce: 'c2hvcnQh' } },
  {
    clause: 'AC-SIG-5',
    what: 'a signature made a minute ago that expires in a minute',
    form: { ...PRODUCTION_FORM, createdOffset: -MINUTE, lifetime: 2 * MINUTE },
  },
  {
    clause: 'AC-SIG-6',
    what: 'a signature made a minute in the future',
    form: { ...PRODUCTION_FORM, createdOffset: MINUTE },
  },
  {
    clause: 'AC-SIG-7',
    what: 'a signature made 8 s ago that expired 6 s ago',
    form: { ...PRODUCTION_FORM, createdOffset: -8, lifetime: 2 },
  },
];

/** Credentials that are wrong. */
export const refusals: Scenario = {
  name: 'refusals',
  about: 'Requests with wrong credentials: each must be refused, with 401 or `disconnect` unauthorized.',
  shows: [
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
  skip: ({ profile }) => (profile.auth === 'none' ? 'the bot takes everybody' : undefined),
  async run(stage) {
    await refused(stage, 'AC-AUTH-1', 'an unknown API key', { apiKey: 'hookline-unknown-key' });
    if (stage.profile.auth !== 'signed' || stage.target.clientSecret === undefined) return;
    for (const { clause, what, form } of FORMS) await refused(stage, clause, what, { form });
    // AC-SIG-9
    const form = { ...PRODUCTION_FORM, nonce: randomBytes(18).toString('base64') };
    const first = await stage.dial({ call: 'a nonce, the first time', form });
    const isAccepted = await first.opened();
    await first.hangUp();
    if (isAccepted) await refused(stage, 'AC-SIG-9', 'a nonce that was taken before', { form });
  },
};

/** Dials with what must be refused; where it is taken, the call goes on as far as `opened`. */
export async function refused(
  stage: Stage,
  clause: ClauseId,
  what: string,
  spec: Pick<CallSpec, 'form' | 'apiKey'>,
): Promise<void> {
  const call = await stage.dial({ call: what, ...spec, purpose: { kind: 'refusal', clause, what } });
  if (!call.connected) return;
  call.open();
  await call.until(() => call.count('opened') + call.count('disconnect') > 0, ANSWER_MS);
  await call.hangUp();
}

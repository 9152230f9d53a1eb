import { PRODUCTION_FORM, type SignatureForm } from '../wire/signature-form.js';
import type { Scenario, Stage } from './scenario.js';

/** The first call: everything else rests on it. */
export const handshake: Scenario = {
  name: 'handshake',
  about: 'One call with a request and an `open` as production sends them; opened, closed.',
  shows: [
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
  async run(stage) {
    const call = await stage.dial({ call: 'as production calls' });
    const status = call.events.find((event) => event.kind === 'response')?.status;
    if (stage.target.clientSecret !== undefined && (status === 401 || status === 403)) await explain(stage);
    const opened = await call.opened();
    if (opened) await call.wait(200);
    await call.hangUp();
    if (!opened && call.count('disconnect') > 0) await findNeed(stage);
  },
};

/** Ways in which servers are known to get a signature wrong: where one is taken, it is the reason. */
const SLIPS: readonly {
  readonly form: SignatureForm;
  readonly clause: 'AC-SIG-1' | 'AC-SIG-2' | 'AC-SIG-10';
  readonly what: string;
}[] = [
  {
    clause: 'AC-SIG-2',
    what: 'a signature keyed with the text of the secret is taken, one keyed with the decoded bytes is not',
    form: { ...PRODUCTION_FORM, key: (_, text) => Buffer.from(text) },
  },
  {
    clause: 'AC-SIG-1',
    what: 'only another order of the components is taken than the one production sends',
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
    what: 'a signature over "get " and the path is taken, one over the path is not',
    form: { ...PRODUCTION_FORM, target: (target) => `get ${target}` },
  },
  {
    clause: 'AC-SIG-1',
    what: 'a signature with session and correlation id interchanged is taken; an example of the public documents has it so',
    form: { ...PRODUCTION_FORM, interchangeIds: true },
  },
];

/** The production form was refused: looks for the form that this server takes in its place. */
async function explain(stage: Stage): Promise<void> {
  for (const { form, clause, what } of SLIPS) {
    const call = await stage.dial({ call: what, form, purpose: { kind: 'refusal', clause, what } });
    const taken = await call.opened();
    await call.hangUp();
    if (taken) return;
  }
}

/** The first call was refused: looks whether it is because it had no inputs. */
async function findNeed(stage: Stage): Promise<void> {
  if (Object.keys(stage.profile.inputs).length > 0) return;
  const what = 'a call without inputs is refused, one with an input is opened';
  const call = await stage.dial({ call: what, purpose: { kind: 'refusal', clause: 'AC-VAR-2', what } });
  await call.opened({ inputVariables: { hookline: 'check' } });
  await call.hangUp();
}

import { randomUUID } from 'node:crypto';
import type { OpenChanges } from '../caller/open-parameters.js';
import type { RawCall } from '../caller/raw-call.js';
import { readObject } from '../record/timeline.js';
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
    if (!opened && isRefused(call)) await findNeed(stage);
  },
};

/** Ways in which servers are known to get a signature wrong: where one is taken, it is the reason. */
const MALFORMED_HANDSHAKES: readonly {
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
    clause: 'AC-SIG-10',
    what: 'a signature over the host without its port is taken, one over the header Host is not',
    form: { ...PRODUCTION_FORM, authority: (host) => host.replace(/:\d+$/, '') },
  },
  {
    clause: 'AC-SIG-1',
    what: 'a signature with session and correlation id interchanged is taken; an example of the public documents has it so',
    form: { ...PRODUCTION_FORM, interchangeIds: true },
  },
];

/** The production form was refused: looks for the form that this server takes in its place. */
async function explain(stage: Stage): Promise<void> {
  for (const { form, clause, what } of MALFORMED_HANDSHAKES) {
    const call = await stage.dial({ call: what, form, purpose: { kind: 'refusal', clause, what } });
    const isAccepted = await call.opened();
    await call.hangUp();
    if (isAccepted) return;
  }
}

/** Whether the bot ended the call in place of opening it, and before the caller gave it up. */
function isRefused(call: RawCall): boolean {
  for (const event of call.events) {
    if (event.kind === 'end') return event.by !== 'self';
    if (event.kind !== 'message') continue;
    const type = readObject(event.text)?.['type'];
    if (event.dir === 'in' && type === 'disconnect') return true;
    if (type === 'opened' || type === 'close') return false;
  }
  return false;
}

const PARTICIPANT = randomUUID();

/** What else than production sends may be what a bot takes: where one is opened, it is the reason. */
const NEEDS: readonly {
  readonly clause: 'AC-VAR-2' | 'AC-DUR-1' | 'AC-OPEN-9';
  readonly what: string;
  readonly changes?: OpenChanges;
  readonly wholeSeconds?: true;
}[] = [
  {
    clause: 'AC-VAR-2',
    what: 'a call without inputs is refused, one with an input is opened',
    changes: { inputVariables: { hookline: 'check' } },
  },
  {
    clause: 'AC-DUR-1',
    what: 'a call whose position is PT0.0S, as production writes it, is refused, one with PT0S is opened',
    wholeSeconds: true,
  },
  {
    clause: 'AC-OPEN-9',
    what: 'it takes a call whose language is en-US, and not one whose language is en-us, as production writes it: compare languages without regard to case',
    changes: { language: 'en-US' },
  },
  {
    clause: 'AC-OPEN-9',
    what: 'it takes a call from +15550001, and not one from tel:+15550001, as production writes it: numbers may have a prefix',
    changes: {
      participant: { id: PARTICIPANT, ani: '+15550001', aniName: '', dnis: '+18005550002' },
    },
  },
];

/** The first call was refused: looks whether it is for something that production writes in a way of its own. */
async function findNeed(stage: Stage): Promise<void> {
  const hasInputs = Object.keys(stage.profile.inputs).length > 0;
  for (const { clause, what, changes, wholeSeconds } of NEEDS) {
    if (clause === 'AC-VAR-2' && hasInputs) continue;
    const call = await stage.dial({
      call: what,
      purpose: { kind: 'refusal', clause, what },
      ...(wholeSeconds ? { wholeSeconds } : {}),
    });
    const opened = await call.opened(changes);
    await call.hangUp();
    if (opened) return;
  }
}

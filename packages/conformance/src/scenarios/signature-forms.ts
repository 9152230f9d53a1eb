import type { ClauseId } from '@hookline/protocol';
import { PRODUCTION_FORM, type SignatureForm } from '../wire/signature-form.js';
import type { CallSpec, Scenario } from './scenario.js';

const FORMS: readonly {
  readonly clause: ClauseId;
  readonly what: string;
  readonly form: SignatureForm;
  readonly query?: string;
}[] = [
  { clause: 'AC-SIG-2', what: 'the signature of production', form: PRODUCTION_FORM },
  {
    clause: 'AC-SIG-1',
    what: 'the components and parameters in another order',
    form: {
      ...PRODUCTION_FORM,
      components: [...PRODUCTION_FORM.components].reverse(),
      parameters: ['keyid', 'nonce', 'alg', 'created', 'expires'],
    },
  },
  {
    clause: 'AC-SIG-11',
    what: 'the label "genesys" in place of "sig1"',
    form: { ...PRODUCTION_FORM, label: 'genesys' },
  },
  { clause: 'AC-SIG-10', what: 'a URL with a query', form: PRODUCTION_FORM, query: 'hookline=check%2F1' },
];

/** Signatures that are as good as that of production, and look different. */
export const signatureForms: Scenario = {
  name: 'signature-forms',
  about: 'Requests whose signature is right, in the form of production and in others that mean the same.',
  shows: ['AC-SIG-1', 'AC-SIG-2', 'AC-SIG-10', 'AC-SIG-11'],
  skip: ({ target, profile }) =>
    target.clientSecret === undefined || profile.auth !== 'signed' ? 'requests are not signed' : undefined,
  async run(stage) {
    for (const { clause, what, form, query } of FORMS) {
      const url = query === undefined ? stage.target.url : withQuery(stage.target.url, query);
      const spec: CallSpec = { call: what, form, url, purpose: { kind: 'acceptance', clause, what } };
      const call = await stage.dial(spec);
      await call.opened();
      await call.hangUp();
    }
  },
};

function withQuery(url: string, query: string): string {
  return `${url}${url.includes('?') ? '&' : '?'}${query}`;
}

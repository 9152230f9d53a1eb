import type { ClauseId } from '@hookline/protocol';
import { PRODUCTION_FORM, type SignatureForm } from '../wire/signature-form.js';
import { type CallSpec, type Scenario, unsignedReason } from './scenario.js';

const FORMS: readonly {
  readonly clause: ClauseId;
  readonly description: string;
  readonly form: SignatureForm;
  readonly query?: string;
}[] = [
  { clause: 'AC-SIG-2', description: 'the signature of production', form: PRODUCTION_FORM },
  {
    clause: 'AC-SIG-1',
    description: 'the components and parameters in another order',
    form: {
      ...PRODUCTION_FORM,
      components: [...PRODUCTION_FORM.components].reverse(),
      parameters: ['keyid', 'nonce', 'alg', 'created', 'expires'],
    },
  },
  {
    clause: 'AC-SIG-11',
    description: 'the label "genesys" instead of "sig1"',
    form: { ...PRODUCTION_FORM, label: 'genesys' },
  },
  {
    clause: 'AC-SIG-10',
    description: 'a URL with a query',
    form: PRODUCTION_FORM,
    query: 'hookline=check%2F1',
  },
];

/** Valid signatures that differ from the form of production. */
export const signatureForms: Scenario = {
  name: 'signature-forms',
  description: 'Requests with valid signatures, in the form of production and in equivalent forms.',
  covers: ['AC-SIG-1', 'AC-SIG-2', 'AC-SIG-10', 'AC-SIG-11'],
  skip: unsignedReason,
  async run(context) {
    for (const { clause, description, form, query } of FORMS) {
      const url = query === undefined ? context.target.url : withQuery(context.target.url, query);
      const spec: CallSpec = {
        call: description,
        form,
        url,
        purpose: { kind: 'acceptance', clause, description },
      };
      const call = await context.dial(spec);
      await call.open();
      await call.hangUp();
    }
  },
};

function withQuery(url: string, query: string): string {
  return `${url}${url.includes('?') ? '&' : '?'}${query}`;
}

import { type ClauseId, PCMU_EXTERNAL } from '@hookline/protocol';
import { L16_EXTERNAL, PCMU_BOTH } from '../caller/media.js';
import { LARGE_OPEN_CHARS, type OpenChanges } from '../caller/open-parameters.js';
import type { Profile } from '../check/profile.js';
import { type CallSpec, repeated, type Scenario, type ScenarioContext } from './scenario.js';

interface Variant {
  readonly description: string;
  /** Some depend on the inputs that every call has. */
  readonly changes: OpenChanges | ((inputs: Profile['inputs']) => OpenChanges);
  /** The clause that a refusal breaks. Without one, only the clauses of every call are evaluated. */
  readonly clause?: ClauseId;
  /** Whether the bot must refuse the call. */
  readonly mustRefuse?: boolean;
  /** How long the call stays open, in milliseconds. Default 100. */
  readonly openMs?: number;
}

const participant = { id: '5d5b4e9a-6f0c-4f0e-8a52-1f6d1f4b7c11', ani: '', aniName: '', dnis: '' };

const VARIANTS: readonly Variant[] = [
  { description: 'no inputVariables', changes: { inputVariables: undefined }, clause: 'AC-VAR-2' },
  {
    description: 'unknown fields in `open`',
    changes: {
      hooklineUnknown: { nested: [1, null] },
      customConfig: '{"any":"thing"}',
      participant: { ...participant, ani: 'tel:+15550001', hooklineUnknown: true },
    },
    clause: 'AC-MSG-11',
  },
  {
    description: 'inputs with spaces, quotes, line breaks and other scripts',
    changes: {
      inputVariables: {
        ' name ': ' "a"\n\u00e4\u{1f600}\\',
        '\u540d\u524d': '',
        toString: 'x',
        __proto__x: '1',
      },
    },
    clause: 'AC-VAR-3',
  },
  {
    description: `an \`open\` of ${LARGE_OPEN_CHARS} characters`,
    changes: (inputs) => ({
      inputVariables: { large: 'x'.repeat(Math.max(0, LARGE_OPEN_CHARS - JSON.stringify(inputs).length)) },
    }),
    clause: 'AC-MSG-10',
  },
  {
    description: 'plain numbers and another language',
    changes: { participant: { ...participant, ani: '+4930123', dnis: '110' }, language: 'de-DE' },
  },
  { description: 'an anonymous caller and no language', changes: { participant, language: undefined } },
  { description: 'a request for supportedLanguages', changes: { supportedLanguages: true } },
  { description: 'offers of two channels and of one', changes: { media: [PCMU_BOTH, PCMU_EXTERNAL] } },
  { description: 'L16 offered before PCMU', changes: { media: [L16_EXTERNAL, PCMU_EXTERNAL] } },
  { description: 'L16 only', changes: { media: [L16_EXTERNAL] }, openMs: 1500 },
  { description: 'two channels only', changes: { media: [PCMU_BOTH] } },
  {
    description: 'no supported offer',
    changes: { media: [{ type: 'audio', format: 'OPUS', channels: ['external'], rate: 48_000 }] },
    clause: 'AC-MEDIA-5',
    mustRefuse: true,
  },
];

/** Valid forms of `open` that differ from what production sends today. */
export const openVariants: Scenario = {
  name: 'open-variants',
  description: 'Calls whose `open` differs from the usual one: inputs, numbers, languages, offers, size.',
  covers: ['AC-VAR-2', 'AC-VAR-3', 'AC-MSG-10', 'AC-MSG-11', 'AC-MEDIA-4', 'AC-MEDIA-5', 'AC-AUDIO-5'],
  async run(context) {
    // In pairs, to save time.
    const needsInputs = Object.keys(context.profile.inputs).length > 0;
    const variants = VARIANTS.filter(({ clause }) => !(needsInputs && clause === 'AC-VAR-2'));
    for (let at = 0; at < variants.length; at += 2) {
      await Promise.all(
        variants
          .slice(at, at + 2)
          .map((variant) => tryVariant(context, variant, { call: variant.description })),
      );
    }
  },
};

async function tryVariant(context: ScenarioContext, variant: Variant, spec: CallSpec): Promise<void> {
  const { description, changes, clause, mustRefuse, openMs = 100 } = variant;
  const call = await context.dial(spec);
  if (clause !== undefined) call.mark({ expected: mustRefuse ? 'refuse' : 'tolerate', clause, description });
  if (await call.open(typeof changes === 'function' ? changes(context.profile.inputs) : changes)) {
    call.audio.start();
    await call.wait(openMs);
    if (clause !== undefined && !mustRefuse) await call.ping();
  }
  const isLost = !call.isOpen;
  await call.hangUp();
  if (isLost && clause !== undefined && !mustRefuse && !call.isRepeated)
    await tryVariant(context, variant, repeated(spec));
}

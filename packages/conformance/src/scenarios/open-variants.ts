import { type ClauseId, PCMU_EXTERNAL } from '@hookline/protocol';
import { L16_EXTERNAL, PCMU_BOTH } from '../caller/media.js';
import type { OpenChanges } from '../caller/open-parameters.js';
import type { Scenario, Stage } from './scenario.js';

/** Characters of the largest `open`, a little below what a text frame may hold. */
const LARGE_CHARS = 60_000;

interface Variant {
  readonly what: string;
  readonly changes: OpenChanges;
  /** The clause that a refusal breaks; without one, only what holds for every call is judged. */
  readonly clause?: ClauseId;
  /** Whether the bot has to refuse. */
  readonly refuse?: boolean;
  /** How long the call stays open, in milliseconds. Default 100. */
  readonly openMs?: number;
}

const participant = { id: '5d5b4e9a-6f0c-4f0e-8a52-1f6d1f4b7c11', ani: '', aniName: '', dnis: '' };

const VARIANTS: readonly Variant[] = [
  { what: 'no inputVariables', changes: { inputVariables: undefined }, clause: 'AC-VAR-2' },
  {
    what: 'unknown fields in `open`',
    changes: {
      hooklineUnknown: { nested: [1, null] },
      customConfig: '{"any":"thing"}',
      participant: { ...participant, ani: 'tel:+15550001', hooklineUnknown: true },
    },
    clause: 'AC-MSG-11',
  },
  {
    what: 'inputs with blanks, quotes, line ends and other scripts',
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
    what: `an \`open\` of ${LARGE_CHARS} characters`,
    changes: { inputVariables: { large: 'x'.repeat(LARGE_CHARS) } },
    clause: 'AC-MSG-10',
  },
  {
    what: 'plain numbers and another language',
    changes: { participant: { ...participant, ani: '+4930123', dnis: '110' }, language: 'de-DE' },
  },
  { what: 'an anonymous caller and no language', changes: { participant, language: undefined } },
  { what: 'supportedLanguages asked for', changes: { supportedLanguages: true } },
  { what: 'two channels and one offered', changes: { media: [PCMU_BOTH, PCMU_EXTERNAL] } },
  { what: 'L16 offered before PCMU', changes: { media: [L16_EXTERNAL, PCMU_EXTERNAL] } },
  { what: 'L16 only', changes: { media: [L16_EXTERNAL] }, openMs: 1500 },
  { what: 'two channels only', changes: { media: [PCMU_BOTH] } },
  {
    what: 'no offer that fits',
    changes: { media: [{ type: 'audio', format: 'OPUS', channels: ['external'], rate: 48_000 }] },
    clause: 'AC-MEDIA-5',
    refuse: true,
  },
];

/** `open` as it may come, beside how production sends it today. */
export const openVariants: Scenario = {
  name: 'open-variants',
  about: 'Calls whose `open` differs from the usual one: inputs, numbers, languages, offers, size.',
  shows: ['AC-VAR-2', 'AC-VAR-3', 'AC-MSG-10', 'AC-MSG-11', 'AC-MEDIA-4', 'AC-MEDIA-5', 'AC-AUDIO-5'],
  async run(stage) {
    // In pairs: each is short, and a bot takes two calls at once.
    const needsInputs = Object.keys(stage.profile.inputs).length > 0;
    const variants = VARIANTS.filter(({ clause }) => !(needsInputs && clause === 'AC-VAR-2'));
    for (let at = 0; at < variants.length; at += 2) {
      await Promise.all(variants.slice(at, at + 2).map((variant) => tryVariant(stage, variant)));
    }
  },
};

async function tryVariant(
  stage: Stage,
  { what, changes, clause, refuse, openMs = 100 }: Variant,
): Promise<void> {
  const call = await stage.dial({ call: what });
  if (clause !== undefined) call.mark({ expected: refuse ? 'refuse' : 'tolerate', clause, what });
  if (await call.opened(changes)) {
    call.audio.start();
    await call.wait(openMs);
    if (clause !== undefined && !refuse) await call.ping();
  }
  await call.hangUp();
}

import { area } from './clause.js';
import { sources } from './sources.js';

/** Media offers and the choice among them. */
export const mediaClauses = area([
  {
    id: 'AC-MEDIA-1',
    level: 'MUST',
    sentence: 'A media object has `type`, `format`, `channels` and `rate` and no other field.',
    basis: 'platform',
    source: `${sources.platform.observed}: an unknown field in a media object ended the session`,
    bound: 'server',
    effect:
      'Genesys Cloud ends the session with the event AUDIOHOOK-0009; the action takes the failure path.',
    fix: 'Echo the offer; do not rename `format` or add fields.',
  },
  {
    id: 'AC-MEDIA-2',
    level: 'MUST',
    sentence: 'A media object has the type `audio`, the format `PCMU` or `L16`, and the rate 8000 (in Hz).',
    basis: 'sample',
    source: `${sources.sample.client}: media types`,
    bound: 'both',
    effect:
      'The selected media is not one of the offers: the Genesys test client sends error 400 and closes.',
    fix: 'Resample to 8 kHz on your side; do not ask for other rates.',
    note: 'Offered today: PCMU only. Every published `open` has exactly one offer: PCMU, `["external"]`, 8000.',
  },
  {
    id: 'AC-MEDIA-3',
    level: 'MUST',
    sentence: 'Audio Connector offers the channel `external` only, the voice of the caller.',
    basis: 'platform',
    source: `${sources.platform.resourceCenter}: Audio Connector overview`,
    bound: 'client',
    effect: 'A bot that expects two channels decodes the audio to noise.',
    fix: 'Expect mono; do not wait for an offer with `internal`.',
  },
  {
    id: 'AC-MEDIA-4',
    level: 'SHOULD',
    sentence:
      'The server chooses an offer with `external` before one without, PCMU before L16, and one channel before two.',
    basis: 'assumed',
    source: sources.assumed.choice,
    bound: 'server',
    effect: 'Formats that are rarely used in production may not work as documented.',
    fix: 'Prefer the offer `PCMU`, `["external"]`, 8000.',
  },
  {
    id: 'AC-MEDIA-5',
    level: 'MUST',
    sentence: 'If no offer is acceptable, the server sends `disconnect` with reason `error`.',
    basis: 'assumed',
    source: sources.assumed.choice,
    bound: 'server',
    effect: 'The failure is reported as a timeout, which hides the cause.',
    fix: 'Say in `info` which formats you support.',
  },
  {
    id: 'AC-MEDIA-6',
    level: 'SHOULD',
    sentence: 'L16 samples are little-endian.',
    basis: 'assumed',
    source: `${sources.assumed.choice}: sources disagree`,
    bound: 'both',
    effect: 'The audio is heard as loud noise.',
    fix: 'Prefer PCMU; make the byte order an option.',
    note: 'At present only PCMU is offered, so this cannot be verified.',
  },
  {
    id: 'AC-MEDIA-7',
    level: 'MUST',
    sentence: 'Two channels are interleaved sample by sample in the order of `channels`.',
    basis: 'platform',
    source: `${sources.platform.pages}: audio frames`,
    bound: 'both',
    effect: 'Both voices are garbled.',
    fix: 'Read sample k of channel c at k × channels + c.',
  },
]);

import type { Signal } from '@preact/signals';
import { RATES } from '../audio/recording-player.js';
import { Icon } from '../panels/icons.js';
import type { CallView } from '../state/call-view.js';
import { formatTimer } from '../state/format.js';
import type { Studio } from '../state/studio.js';

const FILES = [
  ['trace.zip', 'Trace'],
  ['call.wav', 'WAV'],
  ['call.md', 'Markdown'],
  ['ladder.txt', 'Ladder'],
  ['report.html', 'Report'],
] as const;
const MAX_ZOOM = 64;

interface TransportProps {
  readonly call: CallView;
  readonly studio: Studio;
  readonly zoom: Signal<number>;
  /** The visible range, as text. */
  readonly range: string;
}

/** Playback controls, zoom and downloads of a finished call. */
export function Transport({ call, studio, zoom, range }: TransportProps) {
  const { player } = studio;
  const playing = player.playing.value;
  return (
    <div class="transport">
      <button
        type="button"
        class="button"
        data-testid="play"
        title="Play the recording (Space)"
        disabled={!player.ready.value}
        onClick={() => player.toggle()}
      >
        <Icon name={playing ? 'pause' : 'play'} />
        {playing ? 'Pause' : 'Play'}
      </button>
      <output class="mono" data-testid="cursor" data-t={Math.round(player.atMs.value)}>
        {formatTimer(player.atMs.value)}
      </output>
      <div class="segmented" role="group" aria-label="Speed">
        {RATES.map((rate) => (
          <button
            key={rate}
            type="button"
            aria-pressed={player.rate.value === rate}
            onClick={() => player.setRate(rate)}
          >
            {rate}×
          </button>
        ))}
      </div>
      <div class="zoom" role="group" aria-label={`Zoom: ${range}`}>
        <button
          type="button"
          class="button square"
          aria-label="Zoom out"
          title="Zoom out"
          disabled={zoom.value <= 1}
          onClick={() => {
            zoom.value /= 2;
          }}
        >
          <Icon name="minus" />
        </button>
        <button
          type="button"
          class="button square"
          aria-label="Zoom in"
          title="Zoom in"
          disabled={zoom.value >= MAX_ZOOM}
          onClick={() => {
            zoom.value *= 2;
          }}
        >
          <Icon name="plus" />
        </button>
      </div>
      <div class="downloads" role="group" aria-label="Download">
        <Icon name="download" />
        {FILES.map(([file, label]) => (
          <button
            key={file}
            type="button"
            class="button quiet"
            data-testid={`download-${file}`}
            disabled={call.entry.value === undefined || (file === 'call.wav' && !player.ready.value)}
            onClick={() => void studio.download(file)}
          >
            {label}
          </button>
        ))}
      </div>
    </div>
  );
}

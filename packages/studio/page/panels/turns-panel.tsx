import { showControls } from '../../src/show-controls.js';
import type { CallView } from '../state/call-view.js';
import { formatDuration, formatSeconds } from '../state/format.js';
import { ReplyTimes } from './reply-times.js';

/** For each playback the reply time, the audio heard and discarded, and the gaps; and the bot's captions. */
export function TurnsPanel({ call }: { call: CallView }) {
  const playbacks = call.playbacks.value;
  const turns = call.turns.value;
  if (playbacks.length === 0 && turns.length === 0) return null;
  const longest = Math.max(1, ...playbacks.map(({ replyMs }) => replyMs ?? 0));
  return (
    <section class="panel" aria-labelledby="turns-title" data-testid="turns">
      <div class="panel-head">
        <h2 id="turns-title">Turns</h2>
      </div>
      <ReplyTimes
        times={playbacks.flatMap(({ replyMs }) => replyMs ?? [])}
        firstAudioMs={call.outcome.value?.firstAudioMs}
      />
      {playbacks.length > 0 && (
        <table class="turns">
          <thead>
            <tr>
              <th scope="col">At</th>
              <th scope="col">Reply</th>
              <th scope="col">Heard</th>
              <th scope="col">Cut</th>
              <th scope="col">
                <abbr title="Under-runs: gaps within the bot’s audio">Gaps</abbr>
              </th>
            </tr>
          </thead>
          <tbody>
            {playbacks.map(({ n, from, to, replyMs, heardMs, cutMs, underruns }) => (
              <tr key={n} data-testid="turn" data-reply-ms={replyMs} data-underruns={underruns}>
                <td class="mono">{formatSeconds(from)}</td>
                <td class="mono reply">
                  {replyMs === undefined ? '–' : formatDuration(replyMs)}
                  {replyMs !== undefined && (
                    <meter min={0} max={longest} value={replyMs} aria-hidden="true" />
                  )}
                </td>
                <td class="mono">
                  {/* Only the client knows it: a trace of another side does not contain it. */}
                  {heardMs !== undefined ? formatDuration(heardMs) : to === undefined ? '…' : '–'}
                </td>
                <td class="mono">{cutMs ? formatDuration(cutMs) : '–'}</td>
                <td class="mono">{underruns ?? 0}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {turns.length > 0 && (
        <ul class="captions">
          {turns.map(({ t, disposition, text }, n) => (
            <li key={n}>
              <span class="mono soft">{formatSeconds(t)}</span>{' '}
              {text === undefined ? (
                <span class="soft">{showControls(disposition)}</span>
              ) : (
                showControls(text)
              )}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

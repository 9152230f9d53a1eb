import { LanesView } from '../lanes/lanes-view.js';
import { RowLog } from '../log/row-log.js';
import type { CallView } from '../state/call-view.js';
import { formatDuration, formatTimer, stateText } from '../state/format.js';
import type { Studio } from '../state/studio.js';
import { CallControls } from './call-controls.js';
import { FirstRun } from './first-run.js';
import { Meter } from './meter.js';

/** The middle column: audio lanes and the messages on the wire. */
export function CallPanel({ studio }: { studio: Studio }) {
  const call = studio.shown.value;
  return (
    <section class="pane pane-call" aria-label="The call">
      {call ? (
        <>
          <CallHead call={call} studio={studio} />
          <LanesView call={call} studio={studio} key={`lanes ${call.key}`} />
          <RowLog call={call} studio={studio} key={`rows ${call.key}`} />
        </>
      ) : (
        <FirstRun studio={studio} />
      )}
    </section>
  );
}

function CallHead({ call, studio }: { call: CallView; studio: Studio }) {
  const entry = call.entry.value;
  const lateGaps = studio.audio.underruns.value;
  return (
    <div class="call-head">
      <p class="timer mono" data-testid="timer">
        {formatTimer(call.endMs.value)}
      </p>
      <div class="call-what">
        <p class="call-state">{stateText(call)}</p>
        <p class="call-url mono soft" title={entry?.url}>
          {entry?.url ?? studio.form.baseUri.value}
        </p>
      </div>
      {call.live && (
        <div class="meters">
          <Meter call={call} lane="caller" label="Caller" />
          <Meter call={call} lane="bot" label="Bot" />
        </div>
      )}
      {call.live && lateGaps > 0 && (
        <p class="soft" title="Gaps in the playback of this browser, not caused by the bot.">
          {lateGaps} gaps here
        </p>
      )}
      {call.live ? (
        <CallControls call={call} studio={studio} />
      ) : (
        <p class="soft">
          {call.truncated.value
            ? 'The trace ends before the call.'
            : `heard ${formatDuration(call.heardMs.value)}`}
        </p>
      )}
    </div>
  );
}

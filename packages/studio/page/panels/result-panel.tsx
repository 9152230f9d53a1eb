import type { CallOutcome } from '../../src/messages.js';
import { showControls } from '../../src/show-controls.js';
import { RuleText } from '../log/row-detail.js';
import type { CallView } from '../state/call-view.js';
import { formatDuration, pathText } from '../state/format.js';
import { Icon, type IconName } from './icons.js';

const TONES: Readonly<Record<string, readonly [tone: string, icon: IconName]>> = {
  success: ['good', 'check'],
  failure: ['bad', 'fail'],
  disconnected: ['', 'hangUp'],
};

/** The result of the action in the flow (path, outputs or failure outputs), and the figures of the call. */
export function ResultPanel({ call }: { call: CallView | undefined }) {
  const outcome = call?.outcome.value;
  return (
    <section class="panel" aria-labelledby="result-title" data-testid="result">
      <div class="panel-head">
        <h2 id="result-title">Result</h2>
      </div>
      {call && outcome?.path !== undefined ? (
        <Outcome outcome={outcome} call={call} />
      ) : (
        <p class="soft">
          {call === undefined
            ? 'The path that the flow takes, with its outputs or failure outputs.'
            : call.live || call.elsewhere.value
              ? 'The call is in progress.'
              : 'The trace does not say how this call ended.'}
        </p>
      )}
      {call && !call.live && outcome === undefined && <Facts call={call} />}
    </section>
  );
}

function Outcome({ outcome, call }: { outcome: Partial<CallOutcome>; call: CallView }) {
  const [tone, icon] = TONES[outcome.path ?? ''] ?? ['', 'note'];
  const outputs = Object.entries(outcome.outputs ?? {});
  const { row } = outcome;
  return (
    <>
      <p class={`verdict ${tone}`} data-testid="path">
        <Icon name={icon} />
        {pathText(outcome.path)}
      </p>
      {outcome.architect !== undefined && <p>{outcome.architect}</p>}
      {outcome.path === 'failure' && (
        <dl class="pairs" data-testid="failure-outputs">
          <dt>errorType</dt>
          <dd>{showControls(outcome.errorType ?? '')}</dd>
          <dt>errorMessage</dt>
          <dd>{showControls(outcome.errorMessage ?? '')}</dd>
        </dl>
      )}
      <RuleText clause={outcome.clause} effect={outcome.effect} fix={outcome.fix} />
      {outcome.nextStep !== undefined && (
        <p class="next-step" data-testid="next-step">
          {outcome.nextStep}
        </p>
      )}
      {row !== undefined && outcome.path === 'failure' && (
        <button
          type="button"
          class="button"
          data-testid="deciding-row"
          onClick={() => {
            call.selected.value = row;
          }}
        >
          Show the row that decided it
        </button>
      )}
      {outputs.length > 0 && (
        <dl class="pairs" data-testid="outputs">
          {outputs.map(([name, value]) => [
            <dt key={name}>{showControls(name)}</dt>,
            <dd key={`${name} value`}>{showControls(value)}</dd>,
          ])}
        </dl>
      )}
      {outcome.path === 'success' && outputs.length === 0 && <p class="soft">No outputs.</p>}
      <Names label="Declared, not returned" names={outcome.missing} />
      <Names label="Returned, not declared" names={outcome.undeclared} />
      <Figures outcome={outcome} />
    </>
  );
}

function Names({ label, names = [] }: { label: string; names?: readonly string[] | undefined }) {
  if (names.length === 0) return null;
  return (
    <p class="soft">
      {label}: <span class="mono">{names.map(showControls).join(', ')}</span>
    </p>
  );
}

function Figures({ outcome }: { outcome: Partial<CallOutcome> }) {
  const figures: readonly (readonly [string, string | undefined])[] = [
    ['Duration', ms(outcome.durationMs)],
    ['Connection', ms(outcome.connectMs)],
    ['opened', ms(outcome.openedMs)],
    ['First audio', ms(outcome.firstAudioMs)],
    ['Round trip', ms(outcome.rttMs)],
    ['Heard', ms(outcome.heardMs)],
    ['Cut by barge-in', outcome.flushedMs ? ms(outcome.flushedMs) : undefined],
    ['Cut by the end', outcome.cutMs ? ms(outcome.cutMs) : undefined],
    ['Under-runs', outcome.underruns?.toString()],
    ['Barge-ins', outcome.bargeIns ? String(outcome.bargeIns) : undefined],
    ['Caller late', outcome.callerLateMs ? ms(outcome.callerLateMs) : undefined],
    ['Microphone dropped', outcome.micDroppedMs ? ms(outcome.micDroppedMs) : undefined],
    ['Keys', outcome.keys ? showControls(outcome.keys) : undefined],
  ];
  return (
    <dl class="figures" data-testid="figures">
      {figures
        .filter(([, value]) => value !== undefined)
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd class="mono">{value}</dd>
          </div>
        ))}
    </dl>
  );
}

function Facts({ call }: { call: CallView }) {
  return (
    <dl class="figures">
      {call.facts.value.map(({ name, value }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{showControls(value)}</dd>
        </div>
      ))}
    </dl>
  );
}

const ms = (value: number | undefined) => (value === undefined ? undefined : formatDuration(value));

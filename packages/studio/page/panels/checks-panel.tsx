import { useSignal } from '@preact/signals';
import type { CheckedClause, CheckResultMessage } from '../../src/messages.js';
import { showControls } from '../../src/show-controls.js';
import { formatDuration } from '../state/format.js';
import type { Studio } from '../state/studio.js';
import { Icon, type IconName } from './icons.js';

type Outcome = CheckedClause['outcome'];

const OUTCOMES: Readonly<Record<Outcome, { text: string; tone: string; icon: IconName }>> = {
  fail: { text: 'failed', tone: 'bad', icon: 'fail' },
  warn: { text: 'warning', tone: 'warn', icon: 'warn' },
  note: { text: 'note', tone: 'accent', icon: 'note' },
  pass: { text: 'passed', tone: 'good', icon: 'check' },
  inconclusive: { text: 'not seen', tone: '', icon: 'minus' },
  blocked: { text: 'blocked', tone: '', icon: 'minus' },
  'not-applicable': { text: 'does not apply', tone: '', icon: 'minus' },
};
const ORDER: readonly Outcome[] = [
  'fail',
  'warn',
  'note',
  'pass',
  'inconclusive',
  'blocked',
  'not-applicable',
];

/** Runs the checks of `hookline check` against the bot and shows the result of each clause. */
export function ChecksPanel({ studio }: { studio: Studio }) {
  const only = useSignal('');
  const strict = useSignal(false);
  const progress = studio.checkProgress.value;
  const result = studio.checks.value;
  const target = studio.form.baseUri.value.trim();
  return (
    <main class="view" aria-labelledby="checks-title" data-testid="checks" data-ok={result?.ok}>
      <div class="view-head">
        <h2 id="checks-title">Checks</h2>
        <p class="soft">
          {target === ''
            ? 'No Base Connection URI entered: the built-in bot is checked.'
            : `${target}${studio.form.connectorId.value ? `/${studio.form.connectorId.value}` : ''}`}
        </p>
        <form
          class="check-form"
          onSubmit={(event) => {
            event.preventDefault();
            studio.check(
              only.value.split(/[\s,]+/).filter((word) => word !== ''),
              strict.value,
            );
          }}
        >
          <label for="check-only">Only</label>
          <input
            id="check-only"
            class="mono"
            placeholder="AC-OPEN AC-PING-2"
            data-testid="check-only"
            value={only.value}
            onInput={({ currentTarget }) => {
              only.value = currentTarget.value;
            }}
          />
          <label class="tick">
            <input
              type="checkbox"
              checked={strict.value}
              onChange={({ currentTarget }) => {
                strict.value = currentTarget.checked;
              }}
            />
            Strict
          </label>
          <button
            type="submit"
            class="button primary"
            data-testid="run-checks"
            disabled={progress !== undefined || studio.linkState.value !== 'open'}
          >
            Run the checks
          </button>
        </form>
      </div>
      {progress && (
        <div class="progress" role="status">
          <progress
            aria-label="Completed scenarios"
            {...(progress.total > 0 && { max: progress.total, value: progress.done })}
          />
          <span class="soft">
            {progress.total > 0 ? `${progress.done} of ${progress.total}` : 'Starting'} {progress.scenario}
          </span>
          <button type="button" class="button" data-testid="stop-checks" onClick={() => studio.stopChecks()}>
            <Icon name="stop" />
            Stop
          </button>
        </div>
      )}
      {result && <Report result={result} studio={studio} />}
      {!result && !progress && (
        <p class="soft view-empty">
          Each scenario is a separate call. The report lists each clause with what the bot did, the effect in
          production of breaking the rule, and the fix.
        </p>
      )}
    </main>
  );
}

function Report({ result, studio }: { result: CheckResultMessage; studio: Studio }) {
  const shown = useSignal<ReadonlySet<Outcome>>(new Set(['fail', 'warn', 'note', 'pass']));
  const tone = result.ok ? 'good' : result.stopped && result.counts.fail === 0 ? '' : 'bad';
  const areas = [...new Set(result.clauses.map(({ area }) => area))];
  return (
    <>
      <p class={`verdict ${tone}`} role="status" data-testid="check-verdict" data-stopped={result.stopped}>
        <Icon name={tone === 'good' ? 'check' : tone === 'bad' ? 'fail' : 'stop'} />
        {result.ok ? 'No rule is broken.' : sentence(result.problem ?? 'Rules are broken.')}
        <span class="soft">
          {result.calls} calls in {formatDuration(result.durationMs)}
        </span>
      </p>
      {result.ok && result.problem !== undefined && <p>{result.problem}</p>}
      <div class="outcome-switches" role="group" aria-label="Show">
        {ORDER.filter((outcome) => result.counts[outcome] > 0).map((outcome) => (
          <button
            key={outcome}
            type="button"
            class="chip"
            aria-pressed={shown.value.has(outcome)}
            onClick={() => {
              const next = new Set(shown.value);
              if (!next.delete(outcome)) next.add(outcome);
              shown.value = next;
            }}
          >
            {result.counts[outcome]} {OUTCOMES[outcome].text}
          </button>
        ))}
      </div>
      {areas.map((area) => {
        const clauses = result.clauses.filter(
          (clause) => clause.area === area && shown.value.has(clause.outcome),
        );
        return (
          clauses.length > 0 && (
            <section key={area} class="panel area" aria-label={area}>
              <h3>{area}</h3>
              <ul>
                {clauses.map((clause) => (
                  <Clause key={clause.id} clause={clause} studio={studio} />
                ))}
              </ul>
            </section>
          )
        );
      })}
    </>
  );
}

/** Capitalizes a text and ends it with a full stop. */
const sentence = (text: string) =>
  `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`;

function Clause({ clause, studio }: { clause: CheckedClause; studio: Studio }) {
  const { text, tone, icon } = OUTCOMES[clause.outcome];
  const { traceId } = clause;
  return (
    <li class="clause" data-testid="clause" data-id={clause.id} data-outcome={clause.outcome}>
      <span class={`clause-outcome ${tone}`}>
        <Icon name={icon} />
        {text}
      </span>
      <div class="clause-text">
        <p>
          <code>{clause.id}</code> {clause.sentence}{' '}
          <span class="soft">
            {clause.level}, {clause.basis}
          </span>
        </p>
        <dl class="rule">
          {(['got', 'effect', 'fix', 'reason'] as const).map((name) => {
            const value = clause[name];
            return value === undefined
              ? null
              : [<dt key={name}>{name}</dt>, <dd key={`${name} value`}>{showControls(value)}</dd>];
          })}
        </dl>
        {traceId !== undefined && (
          <button
            type="button"
            class="button quiet"
            data-testid="open-its-trace"
            onClick={() => void studio.open(traceId, clause.row)}
          >
            Open its trace
          </button>
        )}
      </div>
    </li>
  );
}

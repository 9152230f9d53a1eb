import type { ProbeResultMessage } from '../../src/messages.js';
import { showControls } from '../../src/show-controls.js';
import { Icon } from './icons.js';

const VERDICTS = {
  activates: { tone: 'good', icon: 'check', text: 'The integration can be activated.' },
  mayFail: { tone: 'warn', icon: 'warn', text: 'The integration may be activated: reports disagree.' },
  fails: { tone: 'bad', icon: 'fail', text: 'The integration cannot be activated.' },
} as const;

/** The result of the probe that Genesys Cloud makes when the integration is activated. */
export function ProbeReport({ probe }: { probe: ProbeResultMessage | 'running' | undefined }) {
  if (probe === undefined || probe === 'running') return null;
  const { tone, icon, text } = VERDICTS[probe.verdict];
  return (
    <div class={`notice ${tone}`} data-testid="probe" data-verdict={probe.verdict} role="status">
      <Icon name={icon} />
      <div>
        <strong>{text}</strong> <span class="soft">{Math.round(probe.durationMs)} ms</span>
        <ul>
          {probe.problems.map((problem) => (
            <li key={problem.text}>
              {showControls(problem.text)} {problem.clause !== undefined && <code>{problem.clause}</code>}
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}

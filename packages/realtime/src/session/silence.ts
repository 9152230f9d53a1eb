import { RealtimeError } from '../error.js';
import type { LiveSession } from './live-session.js';
import type { SessionParts } from './session-parts.js';
import type { TurnReporter } from './turn-reporter.js';

const PROMPT = 'The caller has said nothing for a while. Ask briefly whether they are still there.';

/** How often the caller is asked whether they are still there before the call ends. */
const MAX_PROMPTS = 2;

/** The session fails when the service has left this many requests in a row unanswered, each of them repeated once. */
const MAX_UNANSWERED = 2;

/** Responds to silence, of the caller and of the service. */
export class Silence {
  readonly #session: LiveSession;
  readonly #parts: SessionParts;
  readonly #turnReporter: TurnReporter;

  constructor(session: LiveSession, parts: SessionParts, turnReporter: TurnReporter) {
    this.#session = session;
    this.#parts = parts;
    this.#turnReporter = turnReporter;
  }

  /** Neither side has said anything for `limits.silenceMs`, for the `nth` time in a row. */
  onCallerSilent(nth: number): void {
    const { onSilence } = this.#parts.options.given;
    this.#turnReporter.onSilence();
    if (typeof onSilence === 'function')
      this.#session.callOption('onSilence', () => onSilence(this.#session.handle, nth));
    else if (onSilence === 'end' || nth > MAX_PROMPTS) this.#session.endBy('silence');
    else this.#session.prompts.tell(PROMPT, true);
  }

  /** The service replied neither to a request nor to its repetition, for the `nth` time in a row. */
  onServiceSilent(nth: number): void {
    const { service, options } = this.#parts;
    const { onSilence } = options.given;
    const message = this.#session.link?.ask
      ? `${service.name} did not reply to two requests`
      : `${service.name} said nothing, and takes no requests for a reply`;
    if (typeof onSilence !== 'function' && (onSilence === 'end' || nth >= MAX_UNANSWERED)) {
      // Not the success path: the flow has to learn that the caller got no answer.
      this.#session.fail(new RealtimeError('SERVICE_SILENT', message));
      return;
    }
    this.#session.reportProblem('SERVICE_SILENT', message);
    if (onSilence) this.#session.callOption('onSilence', () => onSilence(this.#session.handle, nth));
    else this.#session.dispatch({ type: 'want' });
  }
}

import {
  type Behaviour,
  behaviourOf,
  type CallMeasures,
  type CallTarget,
  callTarget,
  measureCall,
} from '@hookline/load';
import { PLACEHOLDER_API_KEY } from '@hookline/protocol';
import { messageOf } from '@hookline/runtime';
import { type CallStep, type FillTemplate, readCallStep } from './call-step.js';
import { type Events, emitMeasures } from './metrics.js';

/** Artillery's helpers for engines. */
interface Helpers {
  template(value: unknown, context: VuContext): unknown;
  createThink(step: unknown, defaults: unknown): Task;
}

/** The context of a virtual user. */
interface VuContext {
  readonly vars: Record<string, unknown>;
}

type Callback = (error: Error | null, context: VuContext) => void;
type Task = (context: VuContext, done: Callback) => void;

/** The parts of an Artillery script that the engine reads. */
interface Script {
  readonly config: {
    readonly target: string;
    readonly defaults?: { readonly think?: unknown };
    readonly engines?: { readonly hookline?: Readonly<Record<string, unknown>> };
  };
}

interface ScenarioSpec {
  readonly flow: readonly unknown[];
}

/** Artillery engine that makes calls as Genesys Cloud does: `engine: hookline`, with `call` steps in the flow. */
export default class HooklineEngine {
  readonly #script: Script;
  readonly #helpers: Helpers;
  readonly #behaviours = new Map<string, Promise<Behaviour>>();
  readonly #targets = new Map<string, CallTarget>();
  #calls = 0;

  constructor(script: Script, _events: unknown, helpers: Helpers) {
    this.#script = script;
    this.#helpers = helpers;
  }

  /** @throws Error for an invalid step, before any virtual user starts */
  createScenario({ flow }: ScenarioSpec, events: Events): Task {
    const tasks = flow.map((step, index) => this.#task(step, index, events));
    return (context, done) => {
      events.emit('started');
      runInSequence(tasks, context, done);
    };
  }

  /** Called when the run is over. */
  cleanup(done: () => void): void {
    done();
  }

  #task(step: unknown, index: number, events: Events): Task {
    if (typeof step === 'object' && step !== null && 'think' in step) {
      return this.#helpers.createThink(step, this.#script.config.defaults?.think ?? {});
    }
    // Parsed here to report mistakes before the first call, and again in each call with the values of its virtual user.
    readCallStep(step, index, String);
    return (context, done) => {
      const fillTemplate: FillTemplate = (value) => String(this.#helpers.template(value, context));
      this.#call(readCallStep(step, index, fillTemplate), fillTemplate).then(
        (measures) => {
          const cause = emitMeasures(measures, events);
          done(cause === undefined ? null : new Error(cause), context);
        },
        (error) => {
          events.emit('error', messageOf(error));
          done(error instanceof Error ? error : new Error(messageOf(error)), context);
        },
      );
    };
  }

  async #call(step: CallStep, fillTemplate: FillTemplate): Promise<CallMeasures> {
    const { talk, connectorId, inputs, ...load } = step;
    const key = JSON.stringify(talk);
    const behaviour = this.#behaviours.get(key) ?? behaviourOf(talk);
    this.#behaviours.set(key, behaviour);
    const target = { ...this.#target(fillTemplate), connectorId, inputs };
    this.#calls += 1;
    return measureCall({ target, behaviour: await behaviour, index: this.#calls - 1, ...load });
  }

  /** Returns the target; calls with the same credentials share an integration. */
  #target(fill: FillTemplate): CallTarget {
    const { target, engines } = this.#script.config;
    const { apiKey, clientSecret, organizationId, allowWs } = engines?.hookline ?? {};
    // An unset environment variable is an empty string.
    const text = (value: unknown) => (value === undefined ? undefined : fill(value) || undefined);
    const settings = {
      baseConnectionUri: fill(target),
      apiKey: text(apiKey) ?? PLACEHOLDER_API_KEY,
      clientSecret: text(clientSecret),
      organizationId: text(organizationId),
      allowWs: allowWs === true,
    };
    const key = JSON.stringify(settings);
    const known = this.#targets.get(key) ?? callTarget(settings);
    this.#targets.set(key, known);
    return known;
  }
}

function runInSequence([task, ...rest]: readonly Task[], context: VuContext, done: Callback): void {
  if (!task) {
    done(null, context);
    return;
  }
  task(context, (error, next) => {
    if (error) done(error, next);
    else runInSequence(rest, next, done);
  });
}

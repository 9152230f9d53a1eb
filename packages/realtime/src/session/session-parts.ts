import type { Clock } from '@hookline/runtime';
import type { Call } from '@hookline/server';
import type { CheckedOptions } from '../checked-options.js';
import type { RealtimeService } from '../service/service.js';

/** The parts of a session. */
export interface SessionParts {
  readonly call: Call<unknown>;
  readonly service: RealtimeService;
  readonly options: CheckedOptions;
  readonly instructions: string | (() => string | Promise<string>);
  readonly clock: Clock;
}

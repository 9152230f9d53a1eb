import { HooklineError } from '@hookline/runtime';
import type { IntegrationSettings } from './integration.js';
import type { ProbeOptions } from './options.js';
import type { ProbeReport } from './probe-report.js';

export function probe(_settings: IntegrationSettings, _options?: ProbeOptions): Promise<ProbeReport> {
  throw new HooklineError('internal', 'The probe is not built yet.');
}

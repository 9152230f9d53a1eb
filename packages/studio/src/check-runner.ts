import { type CheckReport, type Finding, runChecks } from '@hookline/conformance';
import { joinConnectionUri } from '@hookline/protocol';
import type { Clock } from '@hookline/runtime';
import type { Target } from './call/target.js';
import { checksAlreadyRunning } from './error.js';
import type { TraceStore } from './history/trace-store.js';
import type { BridgeMessage, CheckedClause, CheckMessage, CheckResultMessage } from './messages.js';

/** Options of a run of the checks. */
export interface CheckRunOptions {
  readonly target: Target;
  readonly connectorId: string;
  readonly request: CheckMessage;
  readonly signal: AbortSignal;
  readonly send: (message: BridgeMessage) => void;
}

/** Runs the checks of `hookline check`, one run at a time for all pages. */
export class CheckRunner {
  readonly #clock: Clock;
  readonly #traces: TraceStore;
  #running = false;

  constructor(clock: Clock, traces: TraceStore) {
    this.#clock = clock;
    this.#traces = traces;
  }

  /** @throws ConflictError while another run is in progress; HooklineError `CONFORMANCE_BAD_CHECK` for an unknown check */
  async run({ target, connectorId, request, signal, send }: CheckRunOptions): Promise<void> {
    if (this.#running) throw checksAlreadyRunning();
    this.#running = true;
    try {
      const { apiKey, clientSecret, baseUri, hasKey } = target;
      const auth = clientSecret !== undefined ? 'signed' : hasKey ? 'key-only' : 'none';
      const report = await runChecks({
        target: {
          url: joinConnectionUri(baseUri, connectorId),
          baseUrl: baseUri,
          apiKey,
          ...(clientSecret === undefined ? {} : { clientSecret }),
          organizationId: target.integration.organizationId,
          ...(target.tls === undefined ? {} : { tls: target.tls }),
        },
        profile: { auth },
        ...(request.only === undefined ? {} : { only: request.only }),
        strict: request.strict === true,
        traceDir: await this.#traces.startCheckRun(),
        clock: this.#clock,
        signal,
        onProgress: (progress) => send({ type: 'check-progress', ...progress }),
      });
      send(await this.#toMessage(report));
    } finally {
      this.#running = false;
    }
  }

  async #toMessage(report: CheckReport): Promise<CheckResultMessage> {
    const clauses: CheckedClause[] = [];
    for (const result of report.results) clauses.push(await this.#toClause(result));
    return {
      type: 'check-result',
      url: report.url,
      ok: report.ok,
      durationMs: report.durationMs,
      calls: report.calls,
      counts: report.counts,
      clauses,
      unseenAreas: report.unseenAreas,
      stopped: report.problem?.kind === 'stopped',
      ...(report.problem === undefined ? {} : { problem: report.problem.message }),
    };
  }

  async #toClause(result: CheckReport['results'][number]): Promise<CheckedClause> {
    const { id, level, basis, sentence, outcome, finding, reason } = result;
    return {
      id,
      area: id.split('-')[1] ?? '',
      level,
      basis,
      sentence,
      outcome,
      ...(finding ? { got: finding.got, effect: finding.effect, fix: finding.fix } : {}),
      ...(finding ? await this.#evidence(finding) : {}),
      ...(reason === undefined ? {} : { reason }),
    };
  }

  /** The stored call in which a finding was made, and its row there. */
  async #evidence({ trace, row }: Finding): Promise<Pick<CheckedClause, 'traceId' | 'row'>> {
    if (trace === undefined) return {};
    const traceId = this.#traces.addCheckTrace(trace);
    if (row === undefined) return { traceId };
    // Line 1 of the trace file is its header.
    const rowNumber = (await this.#traces.open(traceId)).rowOfTraceLine(row - 2);
    return { traceId, ...(rowNumber === undefined ? {} : { row: rowNumber }) };
  }
}

import {
  CLIENT_TIMERS,
  type ClauseId,
  type ClientParameters,
  clause,
  FRAME_MS,
  guardedSink,
  type MediaParameter,
  NULL_UUID,
  PCMU_EXTERNAL,
  PLATFORM_RATES,
} from '@hookline/protocol';
import { silentLogger, systemClock } from '@hookline/runtime';
import { FaultPlan } from '../faults/fault-plan.js';
import { CAUSES } from '../outcome/causes.js';
import type { Outcome } from '../outcome/outcome.js';
import type { CallRecord, RecordedWarning } from '../session/call-record.js';
import { quotedInfo } from '../session/machine/messages/disconnect.js';
import type { SessionRules } from '../session/machine/rules.js';
import { misframedType } from '../session/misframed-message.js';
import type { ClientTimers } from '../session/options.js';
import { Session } from '../session/session.js';
import type { DisconnectFact } from '../session/session-listener.js';
import { durationStyle } from '../session/wire-style.js';
import { guardedLogger, onAbort } from '../user-code.js';
import { checkProbeOptions } from './check-options.js';
import { checkSignature } from './check-style.js';
import type { IntegrationSettings } from './integration.js';
import { type OpenSource, openFault, openParameters } from './open-parameters.js';
import type { ProbeOptions } from './options.js';
import type { ProbeProblem, ProbeReport } from './probe-report.js';
import { snapshot, withDefaults } from './snapshot.js';
import { keyWarning } from './warnings.js';

/** The list of three offers that was observed in probes. */
const THREE_WAY: readonly MediaParameter[] = [
  { ...PCMU_EXTERNAL, channels: ['external', 'internal'] },
  PCMU_EXTERNAL,
  { ...PCMU_EXTERNAL, channels: ['internal'] },
];

/**
 * The connection probe: a session with null ids that is closed as soon as it is open. (AC-PROBE-1 to AC-PROBE-4)
 *
 * @throws HooklineError `CLIENT_BAD_ARGUMENT` naming the field
 */
export function probe(settings: IntegrationSettings, given: ProbeOptions = {}): Promise<ProbeReport> {
  const options = snapshot(given);
  checkProbeOptions(options);
  const { sessionId = crypto.randomUUID(), correlationId = sessionId, wireStyle = {} } = options;
  const ids = { sessionId, correlationId };
  checkSignature(settings.baseConnectionUri, settings, ids, wireStyle);
  const offers = options.offer === 'three-way' ? THREE_WAY : [PCMU_EXTERNAL];
  const asksForLanguages = options.supportedLanguages ?? false;
  const open = probeOpen(settings, { offers, style: wireStyle, asksForLanguages });
  const fault = openFault(sessionId, open);
  if (fault) throw fault;
  const abort: Abort = { now() {} };
  const watched = onAbort(options.signal, () => abort.now());
  return run(settings, { ...options, ...watched, ...ids, abort }, { offers, asksForLanguages }, open);
}

/** Handles the abort of the signal; does nothing until the session exists. */
interface Abort {
  now: () => void;
}

async function run(
  settings: IntegrationSettings,
  options: ProbeOptions &
    Required<Pick<ProbeOptions, 'sessionId' | 'correlationId'>> &
    ReturnType<typeof onAbort> & { readonly abort: Abort },
  { offers, asksForLanguages }: Pick<SessionRules, 'offers' | 'asksForLanguages'>,
  open: ClientParameters<'open'>,
): Promise<ProbeReport> {
  const { clock = systemClock, sink, abort, aborted, stopListening, sessionId, correlationId } = options;
  const logger = guardedLogger(options.logger ?? silentLogger);
  const startedAtMs = clock.now();
  const { wireStyle: style = {} } = options;
  const given = sink && guardedSink(sink, logger);
  let audioFrames = 0;
  let disconnect: DisconnectFact | undefined;
  const session: Session = new Session(
    {
      url: settings.baseConnectionUri,
      identity: {
        organizationId: settings.organizationId,
        sessionId,
        correlationId,
        apiKey: settings.apiKey,
        secret: settings.secret,
      },
      tls: settings.tls,
      style,
      open,
      rules: {
        offers,
        drainOnDisconnect: false,
        onBreach: 'error',
        asksForLanguages,
        durations: durationStyle(style),
      },
      media: { format: 'PCMU', byteOrder: 'le', frameMs: FRAME_MS, firstFrameAtOnce: false },
      // A probe is not a call: there is no audio.
      lateOpened: undefined,
      background: undefined,
      internal: undefined,
      times: withDefaults<ClientTimers>(CLIENT_TIMERS, options.timers),
      limits: PLATFORM_RATES,
      inspectAudio: false,
      faults: new FaultPlan(),
      dial: options.dial ?? settings.dial,
      clock,
      sink: {
        event: (event) => given?.event(event),
        audio(dir, t, bytes) {
          if (dir === 'in' && misframedType(bytes) === undefined) audioFrames += 1;
          given?.audio?.(dir, t, bytes);
        },
      },
      logger,
    },
    {
      // A probe needs only these two transactions.
      state: (name) => {
        if (name === 'open') session.dispatch({ type: 'hangup' });
      },
      playbackStarted() {},
      playbackCompleted() {},
      bargeIn() {},
      reply() {},
      turn() {},
      paused() {},
      resumed() {},
      pong() {},
      error() {},
      disconnect: (fact) => {
        disconnect ??= fact;
      },
      warning() {},
      callerDone() {},
    },
  );
  abort.now = () => session.dispatch({ type: 'abort' });
  if (aborted) abort.now();
  else session.start();
  const outcome = await session.settled;
  await session.closed;
  stopListening();
  const { record } = session;
  const ownWarnings = keyWarning(settings.apiKey);
  const problems = [
    ...problemsOf(outcome, disconnect),
    ...record.warnings.map(warningOf),
    ...startedBot(record, audioFrames),
    ...ownWarnings.map((text) => ({ text, fatal: false })),
  ];
  const verdict = verdictOf(problems);
  return {
    ok: verdict !== 'fails',
    verdict,
    problems,
    url: settings.baseConnectionUri,
    sessionId,
    durationMs: clock.now() - startedAtMs,
    ...(record.languages ? { supportedLanguages: record.languages } : {}),
  };
}

function probeOpen(
  settings: IntegrationSettings,
  {
    offers,
    style,
    asksForLanguages,
  }: Pick<OpenSource, 'style'> & Pick<SessionRules, 'offers' | 'asksForLanguages'>,
): ClientParameters<'open'> {
  return openParameters({
    settings,
    conversation: { id: NULL_UUID, participantId: NULL_UUID },
    style,
    offers,
    inputVariables: undefined,
    supportedLanguages: asksForLanguages,
  });
}

/**
 * Whether the bot only refuses the base path; such bots are documented as activating. This excludes errors of the bot
 * (5xx) and refused credentials. (DECISIONS.md #53)
 */
function isRefusal(outcome: Outcome): boolean {
  return outcome.kind === 'failed' && outcome.cause === 'http-status' && (outcome.status ?? 500) < 500;
}

/** Rules below MUST whose violation may prevent activation as well: reports disagree, or a page of Genesys says so. */
const RISKS_BELOW_MUST: ReadonlySet<ClauseId> = new Set<ClauseId>(['AC-PROBE-4', 'AC-CLOSE-5', 'AC-OPEN-5']);

/**
 * Rules whose violation is not known to prevent activation: the test client of Genesys checks `clientseq` only in `pong`.
 */
const NO_RISKS: ReadonlySet<ClauseId> = new Set<ClauseId>(['AC-MSG-7']);

/**
 * Whether a violation that does not fail the probe may prevent activation. Genesys Cloud may notice it although this
 * client was already closing the session, and was reported to be strict in a probe.
 */
function isRisk(id: ClauseId | undefined): boolean {
  if (id === undefined || NO_RISKS.has(id)) return false;
  const { level, basis, bound } = clause(id);
  return RISKS_BELOW_MUST.has(id) || (level === 'MUST' && basis !== 'assumed' && bound !== 'client');
}

function verdictOf(problems: readonly ProbeProblem[]): ProbeReport['verdict'] {
  if (problems.some(({ fatal }) => fatal)) return 'fails';
  return problems.some(({ clause: id }) => isRisk(id)) ? 'mayFail' : 'activates';
}

function problemsOf(outcome: Outcome, disconnect: DisconnectFact | undefined): readonly ProbeProblem[] {
  if (outcome.kind === 'failed') {
    const { cause, text, status } = outcome;
    const refused = isRefusal(outcome);
    const id = refused ? 'AC-PROBE-4' : outcome.clause;
    const words = refused
      ? 'The integration may fail to activate: the bot refuses connections at the base path, to which the probe is said to connect; calls with a Connector ID may still work.'
      : CAUSES[cause].words;
    return [
      {
        text: `${words} Details: ${text}.${id === undefined ? '' : ` ${clause(id).fix}`}`,
        fatal: !refused,
        cause,
        ...(id === undefined ? {} : { clause: id }),
        ...(status === undefined ? {} : { status }),
      },
    ];
  }
  if (outcome.kind === 'callerGone' && outcome.reason === 'aborted') {
    return [{ text: 'The probe was aborted before it was complete.', fatal: true }];
  }
  if (!disconnect) return [];
  const { reason, info } = disconnect;
  const said = info ? `: ${quotedInfo(info)}` : '';
  return [
    {
      text: `The bot disconnected from the connection probe with reason ${reason}${said}. ${clause('AC-PROBE-3').fix}`,
      // After `opened` it crosses `close`: which of the two Genesys Cloud handles first is a matter of time.
      fatal: outcome.kind === 'completed',
      clause: 'AC-PROBE-3',
    },
  ];
}

/** The warnings of the session. None of them alone is known to prevent activation. */
function warningOf({ text, clause: id }: RecordedWarning): ProbeProblem {
  if (id === undefined) return { text: `${text}.`, fatal: false };
  return { text: `${text}. ${clause(id).fix}`, fatal: false, clause: id };
}

/** A bot that sends audio or turns to a probe was started for it. (AC-PROBE-5) */
function startedBot({ turns }: CallRecord, audioFrames: number): readonly ProbeProblem[] {
  if (audioFrames === 0 && turns.length === 0) return [];
  const what = audioFrames === 0 ? 'turns' : 'audio';
  const text = `the bot sends ${what} to the probe: do not start the bot for a null conversation id. ${clause('AC-PROBE-5').fix}`;
  return [{ text, fatal: false, clause: 'AC-PROBE-5' }];
}

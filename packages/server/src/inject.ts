import { linkedTransports, numberFault } from '@hookline/runtime';
import { type Refusal, refusalBody, refusalHeaders } from './admission/refusal.js';
import type { InjectRequest, InjectResult } from './bot.js';
import type { BotCore } from './bot-core.js';
import { checkNames, serverError } from './error.js';
import type { UpgradeRequest } from './upgrade-request.js';

/** Opens a call in memory, by the same door as a socket. */
export async function inject(core: BotCore, request: InjectRequest): Promise<InjectResult> {
  checkNames<InjectRequest>('inject: ', request, { url: true, headers: true, latencyMs: true });
  const fault = numberFault('inject: latencyMs', request.latencyMs ?? 0, { least: 0 });
  if (fault !== undefined) throw serverError('BAD_OPTION', `${fault}.`);
  const upgrade = toUpgradeRequest(request);
  const admission = await core.admit(upgrade);
  if (!admission.ok) return refused(admission.refusal);
  const full = core.full(admission, upgrade);
  if (full) return refused(full);
  const [client, server] = linkedTransports(core.clock, { latencyMs: request.latencyMs ?? 0 });
  const sink = core.sinkOf(admission);
  const head = Object.entries(request.headers).map(([name, value]) => `${name}: ${value}\r\n`);
  sink?.event({
    kind: 'request',
    t: 0,
    dir: 'in',
    head: `GET ${request.url} HTTP/1.1\r\n${head.join('')}\r\n`,
  });
  sink?.event({
    kind: 'response',
    t: core.clock.now() - admission.startedMs,
    dir: 'out',
    head: 'HTTP/1.1 101 Switching Protocols\r\n\r\n',
    status: 101,
  });
  core.carry(admission, server, sink);
  return { accepted: true, transport: client };
}

function refused(refusal: Refusal): InjectResult {
  return {
    accepted: false,
    status: refusal.status,
    headers: refusalHeaders(refusal),
    body: refusalBody(refusal),
  };
}

function toUpgradeRequest({ url, headers }: InjectRequest): UpgradeRequest {
  const byName = new Map<string, string>();
  for (const [name, value] of Object.entries(headers)) byName.set(name.toLowerCase(), value);
  return { url, header: (name) => byName.get(name) };
}

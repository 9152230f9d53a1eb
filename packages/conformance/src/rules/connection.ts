import type { Timeline } from '../record/timeline.js';
import { type Evidence, pass, type Rule, violation } from './evidence.js';

/**
 * The code of Node.js for an invalid certificate of the server, at the end of the reason. Other failures of TLS, such as
 * the demand of a client certificate, say nothing about it.
 */
const CERTIFICATE_ERROR =
  /\((?:CERT_|SELF_SIGNED|DEPTH_ZERO_|UNABLE_TO_|ERR_TLS_CERT_|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH)\w*\)$/;

/** Evaluates the response to the upgrade request, and a frame that no client accepts. */
export const connectionRule: Rule = (call) => [...checkUpgrade(call), ...checkRefusedFrame(call)];

function checkRefusedFrame({ items }: Timeline): Evidence[] {
  const end = items.find((item) => item.kind === 'end');
  if (end?.kind !== 'end' || end.refused?.clause === undefined) return [];
  return [violation(end.refused.clause, end.index, end.refused.text)];
}

function checkUpgrade({ record, items }: Timeline): Evidence[] {
  const response = items.find((item) => item.kind === 'response');
  const { url, unreachable } = record;
  // AC-CONN-4
  if (unreachable !== undefined && url.startsWith('wss:') && CERTIFICATE_ERROR.test(unreachable)) {
    return [violation('AC-CONN-4', 0, unreachable)];
  }
  if (response?.kind !== 'response') return [];
  const { index, status, head } = response;
  const evidence: Evidence[] = [];
  if (status >= 300 && status < 400) {
    // AC-CONN-3
    const location = headerOf(head, 'location');
    const target = location === undefined ? 'without a Location header' : `to ${location}`;
    return [violation('AC-CONN-3', index, `HTTP ${status}, a redirect ${target}; expected HTTP 101`)];
  }
  if (status !== 101) return [];
  evidence.push(pass('AC-CONN-3', index));
  if (url.startsWith('wss:') && record.publicTrust) evidence.push(pass('AC-CONN-4', index));
  const protocol = headerOf(head, 'sec-websocket-protocol');
  const extensions = headerOf(head, 'sec-websocket-extensions');
  // AC-CONN-5
  evidence.push(
    protocol === undefined
      ? pass('AC-CONN-5', index)
      : violation(
          'AC-CONN-5',
          index,
          `Sec-WebSocket-Protocol: ${protocol}; the request offered no subprotocol`,
        ),
  );
  // AC-CONN-6
  evidence.push(
    extensions === undefined
      ? pass('AC-CONN-6', index)
      : violation(
          'AC-CONN-6',
          index,
          `Sec-WebSocket-Extensions: ${extensions}; the request offered no extension`,
        ),
  );
  return evidence;
}

/** Returns the value of a header in the head of a response. */
function headerOf(head: string, name: string): string | undefined {
  for (const line of head.split('\r\n')) {
    const colon = line.indexOf(':');
    if (colon > 0 && line.slice(0, colon).toLowerCase() === name) return line.slice(colon + 1).trim();
  }
  return undefined;
}

import { broken, type Evidence, held, type Rule } from './evidence.js';

/** What Node calls a certificate that does not hold. */
const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS|HOSTNAME_MISMATCH|INVALID_CA/;

/** The answer to the upgrade request. */
export const connectionRule: Rule = ({ record, items }) => {
  const response = items.find((item) => item.kind === 'response');
  const { url, unreachable } = record;
  // AC-CONN-4
  if (unreachable !== undefined && url.startsWith('wss:') && CERTIFICATE.test(unreachable)) {
    return [broken('AC-CONN-4', 0, unreachable)];
  }
  if (response?.kind !== 'response') return [];
  const { index, status, head } = response;
  const evidence: Evidence[] = [];
  if (status >= 300 && status < 400) {
    // AC-CONN-3
    return [broken('AC-CONN-3', index, `HTTP ${status} to ${headerOf(head, 'location') ?? 'nowhere'}`)];
  }
  if (status !== 101) return [];
  evidence.push(held('AC-CONN-3', index));
  if (url.startsWith('wss:') && record.publicTrust) evidence.push(held('AC-CONN-4', index));
  const protocol = headerOf(head, 'sec-websocket-protocol');
  const extensions = headerOf(head, 'sec-websocket-extensions');
  // AC-CONN-5
  evidence.push(
    protocol === undefined
      ? held('AC-CONN-5', index)
      : broken('AC-CONN-5', index, `Sec-WebSocket-Protocol: ${protocol}, which nobody offered`),
  );
  // AC-CONN-6
  evidence.push(
    extensions === undefined
      ? held('AC-CONN-6', index)
      : broken('AC-CONN-6', index, `Sec-WebSocket-Extensions: ${extensions}, which nobody offered`),
  );
  return evidence;
};

/** The value of a header in the head of a response. */
function headerOf(head: string, name: string): string | undefined {
  for (const line of head.split('\r\n')) {
    const colon = line.indexOf(':');
    if (colon > 0 && line.slice(0, colon).toLowerCase() === name) return line.slice(colon + 1).trim();
  }
  return undefined;
}

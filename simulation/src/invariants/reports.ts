import type { ReportedEvent } from '../call-log.js';
import type { Evidence } from '../evidence.js';

/** Each side reports all its traffic, and every message acknowledges all received messages. (AC-MSG-7) */
export function reports({ log, plan, network }: Evidence): string[] {
  if (plan.sinksThrow || plan.sinkFactoryThrows) return [];
  const violations = log.reportedAfterEnd.map((what) => `reported after the end of its connection: ${what}`);
  if (!network.faultFree) return violations;
  const { client, server } = log.reported;
  const out = ({ dir }: ReportedEvent) => dir === 'out';
  if (client.filter(out).length !== log.sent.up.length) {
    violations.push(
      `the client reported ${client.filter(out).length} messages and frames, and sent ${log.sent.up.length}`,
    );
  }
  if (server.filter(out).length < log.sent.down.length) {
    violations.push(
      `the server reported ${server.filter(out).length} messages and frames, and sent ${log.sent.down.length}`,
    );
  }
  return [
    ...violations,
    ...acknowledges('client', 'serverseq', client),
    ...acknowledges('server', 'clientseq', server),
  ];
}

function acknowledges(
  side: string,
  field: 'serverseq' | 'clientseq',
  reports: readonly ReportedEvent[],
): string[] {
  let received = 0;
  for (const { dir, type, message } of reports) {
    if (type === 'audio') continue;
    if (dir === 'in') received += 1;
    else if (message?.[field] !== received) {
      return [`${type} of the ${side} has ${field} ${message?.[field]} after ${received} received messages`];
    }
  }
  return [];
}

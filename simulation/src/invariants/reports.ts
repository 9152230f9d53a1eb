import type { ReportedEvent } from '../call-log.js';
import type { Evidence } from '../evidence.js';

/** What each side tells its sink is what passes, and every message acknowledges all that had come. (AC-MSG-7) */
export function reports({ log, plan, network }: Evidence): string[] {
  if (plan.sinksThrow || plan.sinkFactoryThrows) return [];
  const broken = log.reportedAfterEnd.map((what) => `reported after the end of its connection: ${what}`);
  if (!network.faultFree) return broken;
  const { client, server } = log.reported;
  const out = ({ dir }: ReportedEvent) => dir === 'out';
  if (client.filter(out).length !== log.sent.up.length) {
    broken.push(
      `the client reported ${client.filter(out).length} messages and frames, and sent ${log.sent.up.length}`,
    );
  }
  if (server.filter(out).length < log.sent.down.length) {
    broken.push(
      `the server reported ${server.filter(out).length} messages and frames, and sent ${log.sent.down.length}`,
    );
  }
  return [
    ...broken,
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
      return [`${type} of the ${side} has ${field} ${message?.[field]} when ${received} messages had come`];
    }
  }
  return [];
}

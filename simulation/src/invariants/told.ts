import type { Told } from '../call-log.js';
import type { Evidence } from '../evidence.js';

/** What each side tells its sink is what passes, and every message acknowledges all that had come. (AC-MSG-7) */
export function told({ log, plan, network }: Evidence): string[] {
  if (plan.sinksThrow || plan.sinkFactoryThrows) return [];
  const broken = log.toldAfterEnd.map((what) => `told after the end of its connection: ${what}`);
  if (!network.faultFree) return broken;
  const { client, server } = log.told;
  const out = ({ dir }: Told) => dir === 'out';
  if (client.filter(out).length !== log.sent.up.length) {
    broken.push(
      `the client told ${client.filter(out).length} messages and frames, and sent ${log.sent.up.length}`,
    );
  }
  if (server.filter(out).length < log.sent.down.length) {
    broken.push(
      `the server told ${server.filter(out).length} messages and frames, and sent ${log.sent.down.length}`,
    );
  }
  return [
    ...broken,
    ...acknowledges('client', 'serverseq', client),
    ...acknowledges('server', 'clientseq', server),
  ];
}

function acknowledges(side: string, field: 'serverseq' | 'clientseq', told: readonly Told[]): string[] {
  let received = 0;
  for (const { dir, type, message } of told) {
    if (type === 'audio') continue;
    if (dir === 'in') received += 1;
    else if (message?.[field] !== received) {
      return [`${type} of the ${side} has ${field} ${message?.[field]} when ${received} messages had come`];
    }
  }
  return [];
}

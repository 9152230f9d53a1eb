import { MULAW_SILENCE } from '@hookline/audio';
import { framesOf, laneOf, type Trace } from '@hookline/trace';
import type { CallEvent } from '../record/call-event.js';
import type { CallRecord } from '../record/call-record.js';
import { PLATFORM_DEADLINES } from '../record/deadlines.js';

let silent = new Uint8Array(0);

/** Returns µ-law silence of a length in bytes. All frames share one buffer. */
function silence(bytes: number): Uint8Array {
  if (silent.length < bytes) silent = new Uint8Array(bytes).fill(MULAW_SILENCE);
  return silent.subarray(0, bytes);
}

/** Converts a trace to the record that rules read. `out` is what Genesys sent, whichever side took the trace. */
export function recordedCall(trace: Trace, name: string): CallRecord {
  const { header, rows, caller, bot } = trace;
  const events = rows.flatMap((row): CallEvent[] => {
    switch (row.kind) {
      case 'request':
        return [{ kind: 'request', t: row.t, head: row.head }];
      case 'response':
        return [{ kind: 'response', t: row.t, head: row.head, status: row.status, body: '' }];
      case 'message': {
        const dir = laneOf(header.vantage, row.dir) === 'caller' ? 'out' : 'in';
        return [{ kind: 'message', t: row.t, dir, text: row.text }];
      }
      case 'audio': {
        const lane = laneOf(header.vantage, row.dir);
        const frames = framesOf(row, lane === 'caller' ? caller : bot);
        return row.sizes.map((size, index) => ({
          kind: 'audio',
          t: row.t + (row.arrivalsMs[index] ?? 0),
          dir: lane === 'caller' ? 'out' : 'in',
          // A trace without audio still has its length.
          bytes: frames[index] ?? silence(size),
        }));
      }
      case 'end': {
        const byClient = row.by === 'peer';
        return [
          {
            kind: 'end',
            t: row.t,
            by: row.by === 'loss' ? 'loss' : byClient ? 'self' : 'peer',
            code: row.code,
            reason: '',
          },
        ];
      }
      default:
        return [];
    }
  });
  return {
    scenario: 'recorded',
    call: name,
    purpose: { kind: 'call' },
    url: header.url,
    deadlines: PLATFORM_DEADLINES,
    secrets: [],
    // Nothing tells what the certificate of that call was.
    publicTrust: false,
    events,
  };
}

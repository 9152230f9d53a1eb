import { MULAW_SILENCE } from '@hookline/audio';
import { framesOf, laneOf, type Trace } from '@hookline/trace';
import type { CallEvent } from '../record/call-event.js';
import type { CallRecord } from '../record/call-record.js';
import { PLATFORM_DEADLINES } from '../record/deadlines.js';

let silenceBuffer = new Uint8Array(0);

/** Returns µ-law silence of a length in bytes. All frames share one buffer. */
function silence(bytes: number): Uint8Array {
  if (silenceBuffer.length < bytes) silenceBuffer = new Uint8Array(bytes).fill(MULAW_SILENCE);
  return silenceBuffer.subarray(0, bytes);
}

/** Converts a trace to a call record. Direction `out` is what Genesys sent, regardless of the vantage. */
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
          // A trace without audio contains the sizes of the frames.
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
    startedMs: Date.parse(header.started),
    besideAnother: false,
    deadlines: PLATFORM_DEADLINES,
    secrets: [],
    // A trace does not contain the certificate.
    publicTrust: false,
    events,
  };
}

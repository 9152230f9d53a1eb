import { type AudioRun, audioRuns, type WireEvent, type WireSink } from '@hookline/protocol';
import { describe, expect, test } from 'vitest';
import { eventBuilders, MEDIA } from '../../test/sample-call.js';
import type { TraceHeader } from '../format/header.js';
import type { TraceRow } from '../format/row.js';
import { planPlayback } from './playback-plan.js';

const header: TraceHeader = {
  format: 'hookline-trace',
  schemaVersion: 1,
  vantage: 'server',
  started: '2026-01-01T00:00:00.000Z',
  url: '/bot',
  codec: 'PCMU',
  rate: 8000,
  channels: ['external'],
  redactions: [],
};
const { client, server } = eventBuilders('server');
const bargeIn = { entities: [{ type: 'barge_in', data: {} }] };

/** The plan of the call that `tell` reports, with audio in milliseconds that the bot sends. */
function plan(report: (sink: { event: WireSink['event']; bot(t: number, ms: number): void }) => void) {
  const rows: TraceRow[] = [];
  let offset = 0;
  const keep = (event: WireEvent | AudioRun) => {
    if (event.kind !== 'audio') rows.push(event);
    else {
      rows.push({ ...event, offset });
      offset += event.bytes;
    }
  };
  const runs = audioRuns(keep);
  runs.event(server(0, 'opened', 1, 1, { media: [MEDIA] }));
  report({ event: runs.event, bot: (t, ms) => runs.audio('out', t, new Uint8Array(8 * ms)) });
  runs.flush();
  return planPlayback(header, rows, offset).map(({ t, offset: from, length }) => [t, from / 8, length / 8]);
}

describe('planPlayback', () => {
  test('plays all audio that arrived before the buffer ran empty', () => {
    expect(
      plan(({ event, bot }) => {
        bot(10, 600);
        event(client(60, 'playback_started', 2, 1));
        bot(200, 400);
        event(client(1058, 'playback_completed', 3, 1));
      }),
    ).toEqual([[60, 0, 1000]]);
  });

  test('drops at a barge-in what was not played', () => {
    expect(
      plan(({ event, bot }) => {
        bot(10, 3000);
        event(client(50, 'playback_started', 2, 1));
        event(server(1000, 'event', 2, 2, bargeIn));
        bot(1010, 500);
        event(client(1050, 'playback_completed', 3, 2));
        event(client(1060, 'playback_started', 4, 2));
        event(client(1560, 'playback_completed', 5, 2));
      }),
    ).toEqual([
      [50, 0, 1000],
      [1060, 3000, 500],
    ]);
  });

  test('drops nothing at an event without a barge-in, and drops at one among other entities', () => {
    const turn = { type: 'bot_turn_response', data: { disposition: 'match' } };
    const planOf = (...entities: object[]) =>
      plan(({ event, bot }) => {
        bot(10, 3000);
        event(client(50, 'playback_started', 2, 1));
        event(server(1000, 'event', 2, 2, { entities }));
        bot(1010, 500);
        event(
          client(entities.includes(turn) && entities.length === 1 ? 3550 : 1050, 'playback_completed', 3, 2),
        );
      });
    expect(planOf(turn)).toEqual([[50, 0, 3500]]);
    expect(planOf(turn, ...bargeIn.entities)).toEqual([[50, 0, 1000]]);
  });

  test('assigns audio after a barge-in to the next playback, even if the client reports its stop late', () => {
    expect(
      plan(({ event, bot }) => {
        bot(10, 600);
        event(client(50, 'playback_started', 2, 1));
        event(server(645, 'event', 2, 2, bargeIn));
        bot(646, 500);
        event(client(690, 'playback_completed', 3, 2));
        event(client(700, 'playback_started', 4, 2));
        event(client(1200, 'playback_completed', 5, 2));
      }),
    ).toEqual([
      [50, 0, 600],
      [700, 600, 500],
    ]);
  });

  test('assigns a playback_started in transit to the playback that the barge-in stops', () => {
    expect(
      plan(({ event, bot }) => {
        bot(10, 2000);
        event(server(30, 'event', 2, 1, bargeIn));
        event(client(50, 'playback_started', 2, 1));
        event(client(70, 'playback_completed', 3, 2));
        bot(80, 100);
        event(client(120, 'playback_started', 4, 2));
        event(client(220, 'playback_completed', 5, 2));
      }),
    ).toEqual([
      [50, 0, 20],
      [120, 2000, 100],
    ]);
  });

  test('drops all audio if the barge-in arrives before playback', () => {
    expect(
      plan(({ event, bot }) => {
        bot(10, 2000);
        event(server(11, 'event', 2, 1, bargeIn));
        bot(80, 100);
        event(client(120, 'playback_started', 4, 2));
        event(client(220, 'playback_completed', 5, 2));
      }),
    ).toEqual([[120, 2000, 100]]);
  });

  test.each([
    [200, 700],
    [201, 499],
  ])(
    'plays audio of %i ms that arrived up to 200 ms before the client reported an empty buffer',
    (late, heard) => {
      expect(
        plan(({ event, bot }) => {
          bot(10, 500);
          event(client(50, 'playback_started', 2, 1));
          bot(500, late);
          event(client(50 + heard - (heard === 700 ? late : 0), 'playback_completed', 3, 1));
        }),
      ).toEqual([[50, 0, heard]]);
    },
  );

  test('plays no more than the elapsed time while a barge-in is in transit', () => {
    expect(
      plan(({ event, bot }) => {
        bot(10, 600);
        event(client(50, 'playback_started', 2, 1));
        event(server(500, 'event', 2, 2, bargeIn));
        event(client(550, 'playback_completed', 3, 2));
      }),
    ).toEqual([[50, 0, 500]]);
  });

  test('plays nothing during a hold, and the rest after it', () => {
    expect(
      plan(({ event, bot }) => {
        bot(10, 3000);
        event(client(50, 'playback_started', 2, 1));
        event(client(1050, 'paused', 3, 1));
        event(client(6050, 'resumed', 4, 1, { start: 'PT1S', discarded: 'PT5S' }));
        event(client(8050, 'playback_completed', 5, 1));
      }),
    ).toEqual([
      [50, 0, 1000],
      [6050, 1000, 2000],
    ]);
  });

  test('counts audio that a barge-in drops after a hold from what was played before and after the hold', () => {
    expect(
      plan(({ event, bot }) => {
        bot(10, 9000);
        event(client(50, 'playback_started', 2, 1));
        event(client(1050, 'paused', 3, 1));
        event(client(6050, 'resumed', 4, 1, { start: 'PT1S', discarded: 'PT5S' }));
        event(server(6520, 'event', 2, 4, bargeIn));
        event(client(6550, 'playback_completed', 5, 2));
      }),
    ).toEqual([
      [50, 0, 1000],
      [6050, 1000, 500],
    ]);
  });

  test.each([
    ['the connection is lost', 'end'],
    ['a barge-in drops the rest', 'barge-in'],
  ])('plays nothing more if %s during the hold', (_, how) => {
    expect(
      plan(({ event, bot }) => {
        bot(10, 3000);
        event(client(50, 'playback_started', 2, 1));
        event(client(1050, 'paused', 3, 1));
        if (how === 'end') event({ kind: 'end', t: 4000, by: 'loss', code: 1006, reason: '' });
        else {
          event(server(2000, 'event', 2, 3, bargeIn));
          event(client(2050, 'playback_completed', 4, 2));
          event(client(6050, 'resumed', 5, 2, { start: 'PT1S', discarded: 'PT5S' }));
        }
      }),
    ).toEqual([[50, 0, 1000]]);
  });

  const resumed = { start: 'PT1S', discarded: 'PT2S' };
  test.each<[string, ...['completed' | 'resume' | 'resumed', number][]]>([
    ['the buffer runs empty', ['completed', 4050], ['resume', 5000], ['resumed', 5050]],
    ['the bot resumes first', ['resume', 3000], ['resumed', 3050], ['completed', 4050]],
    [
      'the buffer runs empty while the answer is on its way',
      ['resume', 4000],
      ['completed', 4050],
      ['resumed', 4060],
    ],
  ])('plays the rest after a hold that ends during a pause of the bot, if %s', (_, ...messages) => {
    expect(
      plan(({ event, bot }) => {
        bot(10, 3000);
        event(client(50, 'playback_started', 2, 1));
        event(client(1050, 'paused', 3, 1));
        event(server(1500, 'pause', 2, 3));
        event(client(1550, 'paused', 4, 2));
        // The caller comes back at 2050; no message says so.
        for (const [type, t] of messages) {
          if (type === 'completed') event(client(t, 'playback_completed', 5, 2));
          else if (type === 'resumed') event(client(t, 'resumed', 6, 3, resumed));
          else event(server(t, type, 3, 4));
        }
        bot(6000, 700);
        event(client(6040, 'playback_started', 7, 3));
        event(client(6740, 'playback_completed', 8, 3));
      }),
    ).toEqual([
      [50, 0, 1000],
      [2050, 1000, 2000],
      [6040, 3000, 700],
    ]);
  });

  test('plays no more after a hold that ends during a pause of the bot than fits in the time since it began', () => {
    expect(
      plan(({ event, bot }) => {
        bot(10, 9000);
        event(client(50, 'playback_started', 2, 1));
        event(client(1050, 'paused', 3, 1));
        event(server(1500, 'pause', 2, 3));
        event(client(1550, 'paused', 4, 2));
        event(client(3050, 'playback_completed', 5, 2));
      }),
    ).toEqual([
      [50, 0, 1000],
      [1050, 1000, 2000],
    ]);
  });

  test('plays nothing more if a barge-in or the end of the call follows a hold during which the bot paused', () => {
    for (const how of ['barge-in', 'close']) {
      expect(
        plan(({ event, bot }) => {
          bot(10, 3000);
          event(client(50, 'playback_started', 2, 1));
          event(client(1050, 'paused', 3, 1));
          event(server(1500, 'pause', 2, 3));
          event(client(1550, 'paused', 4, 2));
          if (how === 'barge-in') event(server(2000, 'event', 3, 4, bargeIn));
          else event(client(2000, 'close', 5, 2, { reason: 'end' }));
          event(client(2050, 'playback_completed', 6, 3));
        }),
      ).toEqual([[50, 0, 1000]]);
    }
  });

  test('goes on during a pause that the bot requested', () => {
    expect(
      plan(({ event, bot }) => {
        bot(10, 3000);
        event(client(50, 'playback_started', 2, 1));
        event(server(1000, 'pause', 2, 2));
        event(client(1050, 'paused', 3, 2));
        event(server(2000, 'resume', 3, 3));
        event(client(2050, 'resumed', 4, 3, { start: 'PT1S', discarded: 'PT1S' }));
        event(client(3050, 'playback_completed', 5, 3));
      }),
    ).toEqual([[50, 0, 3000]]);
  });

  test('ends with the call, and plays nothing without a playback_started', () => {
    expect(
      plan(({ event, bot }) => {
        bot(10, 5000);
        event(client(50, 'playback_started', 2, 1));
        event({ kind: 'end', t: 550, by: 'loss', code: 1006, reason: '' });
      }),
    ).toEqual([[50, 0, 500]]);
    expect(plan(({ bot }) => bot(10, 5000))).toEqual([]);
  });

  test('ends with the last row of a trace that has no end', () => {
    expect(
      plan(({ event, bot }) => {
        bot(10, 5000);
        event(client(50, 'playback_started', 2, 1));
        event(client(550, 'dtmf', 3, 1, { digit: '1' }));
      }),
    ).toEqual([[50, 0, 500]]);
    // A row of audio has the time of its first frame.
    expect(
      plan(({ event, bot }) => {
        bot(10, 5000);
        event(client(50, 'playback_started', 2, 1));
        bot(60, 200);
        bot(550, 200);
      }),
    ).toEqual([[50, 0, 500]]);
  });
});

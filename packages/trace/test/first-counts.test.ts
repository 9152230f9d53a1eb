import { audioRuns } from '@hookline/protocol';
import { expect, test } from 'vitest';
import { audioLine, eventLine, headerLine, readTrace, summarise } from '../src/index.js';
import { eventBuilders, MEDIA, openParameters, sampleHeader } from './sample-call.js';

/** A call whose peers send what begins or ends something a second time, each later by another time. */
function trace() {
  const { client, server, botDir } = eventBuilders('client');
  let text = headerLine(sampleHeader('client'));
  const runs = audioRuns((event) => {
    text += event.kind === 'audio' ? audioLine(event, 0) : eventLine(event);
  });
  const media = { media: [MEDIA] };
  const bargeIn = { entities: [{ type: 'barge_in', data: {} }] };
  runs.event(client(10, 'open', 1, 0, openParameters));
  runs.event(client(30, 'open', 2, 0, openParameters));
  runs.event(server(100, 'opened', 1, 1, media));
  runs.event(server(140, 'opened', 2, 1, media));
  runs.audio(botDir, 300, new Uint8Array(1600));
  runs.event(server(300, 'event', 3, 1, { entities: [] }));
  runs.audio(botDir, 360, new Uint8Array(1600));
  runs.event(client(400, 'playback_started', 3, 3));
  runs.event(client(600, 'playback_completed', 4, 3));
  runs.event(client(640, 'playback_completed', 5, 3));
  runs.event(server(700, 'event', 4, 5, bargeIn));
  runs.event(server(800, 'disconnect', 5, 5, { reason: 'completed' }));
  runs.event(server(840, 'disconnect', 6, 5, { reason: 'error', info: 'late' }));
  runs.event(client(900, 'close', 6, 5, { reason: 'disconnect' }));
  runs.event(client(940, 'close', 7, 5, { reason: 'error' }));
  runs.flush();
  return readTrace(text);
}

test('a summary takes the first message of a kind where a peer sends another', () => {
  expect(summarise(trace())).toMatchObject({
    openMs: 90,
    firstAudioMs: 200,
    playbacks: [{ startedAt: 400, startMs: 100, completedAt: 600, ended: 'completed' }],
    disconnect: { reason: 'completed', info: undefined },
    closeReason: 'disconnect',
  });
});

test('a summary leaves out what the client ignored because it had sent "close"', () => {
  const { client, server, botDir } = eventBuilders('client');
  let text = headerLine(sampleHeader('client'));
  const runs = audioRuns((event) => {
    text += event.kind === 'audio' ? audioLine(event, 0) : eventLine(event);
  });
  runs.event(client(10, 'open', 1, 0, openParameters));
  runs.event(client(5010, 'close', 2, 0, { reason: 'error' }));
  runs.event(server(5300, 'opened', 1, 1, { media: [MEDIA] }));
  runs.audio(botDir, 5320, new Uint8Array(1600));
  runs.event(server(5340, 'disconnect', 2, 1, { reason: 'completed' }));
  runs.event(server(5360, 'closed', 3, 2, {}));
  runs.flush();
  const summary = summarise(readTrace(text));
  expect(summary).toMatchObject({ openMs: undefined, firstAudioMs: undefined, disconnect: undefined });
  expect(summary).toMatchObject({ closeReason: 'error', bot: { messages: { opened: 1, disconnect: 1 } } });
});

test('a barge-in stays the end of a playback that the client completes afterwards', () => {
  const { client, server } = eventBuilders('client');
  const rows = [
    client(400, 'playback_started', 1, 0),
    server(500, 'event', 1, 1, { entities: [{ type: 'barge_in', data: {} }] }),
    client(510, 'playback_completed', 2, 1),
  ];
  const text = headerLine(sampleHeader('client')) + rows.map((row) => eventLine(row)).join('');
  expect(summarise(readTrace(text)).playbacks).toMatchObject([{ completedAt: 510, ended: 'bargeIn' }]);
});

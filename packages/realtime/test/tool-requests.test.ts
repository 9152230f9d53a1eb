import { describe, expect, test } from 'vitest';
import type { Tool } from '../src/index.js';
import { bridged, finish, ready, serviceCalls } from './bridged.js';

const fast: Tool = { description: '', run: () => 'fast' };
const noted: Tool = { description: '', reply: 'none', run: () => 'noted' };

/** A call with tools of which `slow` takes 2 s; `clock` is that of the call. */
function toolCall() {
  const it = bridged({ tools: { fast, noted, slow: { description: '', run: () => waits() } } });
  const waits = () => new Promise<string>((resolve) => it.clock.after(2000, () => resolve('slow')));
  return it;
}

describe('tools that the model requests together', () => {
  test.each([
    ['slow', 'fast'],
    ['fast', 'slow'],
    ['slow', 'unknown'],
    ['unknown', 'slow'],
    ['unknown', 'slow', 'noted'],
  ])('are followed by one request for a reply, after the last result: %s, %s', async (...names) => {
    const it = toolCall();
    await ready(it);
    const { host } = it.service.link;
    host.replyStarted('r1');
    for (const [index, name] of names.entries()) {
      host.toolCall(`call_${index}`, name, '{}');
      await it.clock.advance(100);
    }
    host.replyDone('r1', 'done');
    await it.clock.advance(1500);
    expect(serviceCalls(it, 'ask')).toEqual([]);
    await it.clock.advance(1000);
    expect(serviceCalls(it, 'toolResult')).toHaveLength(names.length);
    expect(serviceCalls(it, 'ask')).toHaveLength(1);
    it.call.hangup();
    await finish(it);
  });

  test('are followed by a request also if the last of them asks for no reply', async () => {
    const it = toolCall();
    await ready(it);
    const { host } = it.service.link;
    host.replyStarted('r1');
    host.toolCall('call_0', 'fast', '{}');
    await it.clock.advance(100);
    host.toolCall('call_1', 'noted', '{}');
    host.replyDone('r1', 'done');
    await it.clock.advance(100);
    expect(serviceCalls(it, 'ask')).toHaveLength(1);
    it.call.hangup();
    await finish(it);
  });
});

describe('a service that numbers its tool requests in each session anew', () => {
  test.each([
    ['is lost', (it: ReturnType<typeof toolCall>) => it.service.link.drop(1011)],
    ['is renewed', (it: ReturnType<typeof toolCall>) => it.service.link.host.expires(1000)],
  ])('gets the result of each, also after its session %s', async (_, end) => {
    const it = toolCall();
    await ready(it);
    it.service.link.host.toolCall('call_0', 'fast', '{}');
    await it.clock.advance(100);
    it.service.link.reply('r1', 100);
    await it.clock.advance(30_000);
    end(it);
    await it.clock.advanceUntil(() => it.service.links.length === 2);
    await it.clock.advance(100);
    it.service.link.host.toolCall('call_0', 'fast', '{}');
    it.service.link.host.toolCall('call_0', 'fast', '{}');
    await it.clock.advance(100);
    expect(serviceCalls(it, 'toolResult')).toMatchObject([{ id: 'call_0', result: 'fast' }]);
    it.call.hangup();
    await finish(it);
  });

  test('gets the result of a tool that still ran when the session was lost as text, and that of its own request', async () => {
    const it = toolCall();
    const outcomes: unknown[] = [];
    await ready(it);
    it.session.on('tool', ({ name, outcome }) => outcomes.push([name, outcome]));
    it.service.link.host.toolCall('call_0', 'slow', '{}');
    await it.clock.advance(500);
    it.service.link.drop(1011);
    await it.clock.advanceUntil(() => it.service.links.length === 2);
    await it.clock.advance(500);
    it.service.link.host.toolCall('call_0', 'slow', '{}');
    await it.clock.advance(3000);
    expect(serviceCalls(it, 'text').map(({ text }) => text)).toEqual(['Result of slow: "slow"']);
    expect(serviceCalls(it, 'toolResult')).toMatchObject([{ id: 'call_0', result: 'slow' }]);
    expect(outcomes).toEqual([
      ['slow', 'done'],
      ['slow', 'done'],
    ]);
    it.call.hangup();
    await finish(it);
  });

  test('keeps a tool running that the lost session requested when it cancels its own request of that number', async () => {
    const it = toolCall();
    const outcomes: unknown[] = [];
    await ready(it);
    it.session.on('tool', ({ outcome }) => outcomes.push(outcome));
    it.service.link.host.toolCall('call_0', 'slow', '{}');
    it.service.link.drop(1011);
    await it.clock.advanceUntil(() => it.service.links.length === 2);
    it.service.link.host.toolCall('call_0', 'slow', '{}');
    it.service.link.host.toolCancelled('call_0');
    await it.clock.advance(3000);
    expect(outcomes).toEqual(['cancelled', 'done']);
    it.call.hangup();
    await finish(it);
  });
});

describe('a service that numbers its tool requests in each reply anew', () => {
  test('gets the result of each', async () => {
    const it = toolCall();
    await ready(it);
    const { host } = it.service.link;
    for (const reply of ['r1', 'r2']) {
      host.replyStarted(reply);
      // One request may be announced several times.
      host.toolCall('call_0', 'fast', '{}');
      await it.clock.advance(10);
      host.toolCall('call_0', 'fast', '{}');
      host.replyDone(reply, 'done');
      await it.clock.advance(500);
    }
    expect(serviceCalls(it, 'toolResult')).toHaveLength(2);
    expect(serviceCalls(it, 'ask')).toHaveLength(2);
    it.call.hangup();
    await finish(it);
  });

  test('gets one result of a request that it repeats while the tool runs', async () => {
    const it = toolCall();
    await ready(it);
    const { host } = it.service.link;
    for (const reply of ['r1', 'r2']) {
      host.replyStarted(reply);
      host.toolCall('call_0', 'slow', '{}');
      host.replyDone(reply, 'done');
      await it.clock.advance(500);
    }
    await it.clock.advance(5000);
    expect(serviceCalls(it, 'toolResult')).toHaveLength(1);
    it.call.hangup();
    await finish(it);
  });
});

test('a service that gives its tool requests no ids gets a result for each', async () => {
  const it = toolCall();
  await ready(it);
  const { host } = it.service.link;
  host.toolCall('', 'slow', '{}');
  host.toolCall('', 'fast', '{}');
  await it.clock.advance(3000);
  host.toolCall('', 'fast', '{}');
  await it.clock.advance(100);
  expect(serviceCalls(it, 'toolResult').map(({ result }) => result)).toEqual(['fast', 'slow', 'fast']);
  it.call.hangup();
  await finish(it);
});

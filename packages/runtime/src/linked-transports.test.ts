import { describe, expect, it } from 'vitest';
import { linkedTransports } from './linked-transports.js';
import type { Transport } from './transport.js';
import { VirtualClock } from './virtual-clock.js';

type Heard = [what: 'text' | 'binary' | 'closed', content: unknown, atMs: number];

function hear(clock: VirtualClock, transport: Transport): Heard[] {
  const heard: Heard[] = [];
  transport.listen({
    text: (text) => heard.push(['text', text, clock.now()]),
    binary: (bytes) => heard.push(['binary', bytes, clock.now()]),
    closed: (end) => heard.push(['closed', end, clock.now()]),
  });
  return heard;
}

function setup(latencyMs?: number) {
  const clock = new VirtualClock();
  const [a, b] = linkedTransports(clock, latencyMs === undefined ? {} : { latencyMs });
  return { clock, a, b };
}

describe('linkedTransports', () => {
  it('delivers text and binary frames in the order they were sent, after the latency', async () => {
    const { clock, a, b } = setup(30);
    const heard = hear(clock, b);
    const bytes = new Uint8Array([1, 2]);
    a.sendText('one');
    a.sendBinary(bytes);
    a.sendText('two');
    await clock.advance(29);
    expect(heard).toEqual([]);
    await clock.advance(1);
    expect(heard).toEqual([
      ['text', 'one', 30],
      ['binary', bytes, 30],
      ['text', 'two', 30],
    ]);
    expect(heard[1]?.[1]).toBe(bytes);
  });

  it('never delivers within the send, even without latency', async () => {
    const { clock, a, b } = setup();
    const heard = hear(clock, b);
    a.sendText('hello');
    expect(heard).toEqual([]);
    await clock.settle();
    expect(heard).toEqual([['text', 'hello', 0]]);
  });

  it('buffers frames and the end until there is a listener', async () => {
    const { clock, a, b } = setup();
    a.sendText('early');
    a.close(1000, 'bye');
    await clock.settle();
    expect(hear(clock, b)).toEqual([
      ['text', 'early', 0],
      ['closed', { code: 1000, reason: 'bye' }, 0],
    ]);
  });

  it('delivers frames sent before close, and drops later ones', async () => {
    const { clock, a, b } = setup(10);
    const heard = hear(clock, b);
    a.sendText('before');
    a.close(1000, 'done');
    a.sendText('after');
    a.sendBinary(new Uint8Array(1));
    await clock.advance(10);
    expect(heard).toEqual([
      ['text', 'before', 10],
      ['closed', { code: 1000, reason: 'done' }, 10],
    ]);
  });

  it('reports the end to the closing side after the answer to its close, and frames that arrive before', async () => {
    const { clock, a, b } = setup(10);
    const heardByA = hear(clock, a);
    hear(clock, b);
    a.close(1000, '');
    b.sendText('crossing');
    await clock.advance(19);
    expect(heardByA).toEqual([['text', 'crossing', 10]]);
    await clock.advance(1);
    expect(heardByA[1]).toEqual(['closed', { code: 1000, reason: '' }, 20]);
  });

  it('reports a close without a code as 1005', async () => {
    const { clock, a, b } = setup();
    const heard = hear(clock, b);
    a.close();
    await clock.settle();
    expect(heard).toEqual([['closed', { code: 1005, reason: '' }, 0]]);
  });

  it('drops frames from the closed end', async () => {
    const { clock, a, b } = setup(10);
    const heard = hear(clock, a);
    hear(clock, b);
    a.close(1000);
    await clock.advance(10);
    b.sendText('too late');
    await clock.advance(50);
    expect(heard.map(([what]) => what)).toEqual(['closed']);
  });

  it('is a loss (1006) for both ends when one terminates', async () => {
    const { clock, a, b } = setup(10);
    const [heardByA, heardByB] = [hear(clock, a), hear(clock, b)];
    a.terminate();
    await clock.advance(0);
    expect(heardByA).toEqual([['closed', { code: 1006, reason: '' }, 0]]);
    await clock.advance(10);
    expect(heardByB).toEqual([['closed', { code: 1006, reason: '' }, 10]]);
  });

  it('reports the end to each side exactly once, for any number of close and terminate calls', async () => {
    const { clock, a, b } = setup(5);
    const [heardByA, heardByB] = [hear(clock, a), hear(clock, b)];
    a.close(1000);
    b.close(1001);
    a.close(1002);
    a.terminate();
    b.terminate();
    await clock.advance(100);
    a.terminate();
    b.close();
    await clock.advance(100);
    expect([heardByA.length, heardByB.length]).toEqual([1, 1]);
    expect(clock.pending).toBe(0);
  });

  it('reports the code of the other end if both close at the same time', async () => {
    const { clock, a, b } = setup(5);
    const [heardByA, heardByB] = [hear(clock, a), hear(clock, b)];
    a.close(1000);
    b.close(1001);
    await clock.advance(5);
    expect([heardByA[0]?.[1], heardByB[0]?.[1]]).toEqual([
      { code: 1001, reason: '' },
      { code: 1000, reason: '' },
    ]);
  });
});

import { describe, expect, it } from 'vitest';
import { PauseRequests } from './pause-requests.js';

/** The names of the promises that have settled. */
function settling(promises: Readonly<Record<string, Promise<void>>>): string[] {
  const settled: string[] = [];
  for (const [name, promise] of Object.entries(promises)) void promise.then(() => settled.push(name));
  return settled;
}

describe('requests to pause and resume', () => {
  it('recognise the answer to a pause that was withdrawn in the meantime, and do not treat it as a hold', async () => {
    const requests = new PauseRequests();
    const settled = settling({ pause: requests.pause(), resume: requests.resume() });
    expect(requests.serverPaused).toBe(true);
    requests.onPaused(0);
    await Promise.resolve();
    expect(settled).toEqual(['pause']);
    requests.onResumed(0);
    await Promise.resolve();
    expect(settled).toEqual(['pause', 'resume']);
  });

  it('treat a pause that was not requested as a hold, which also answers a resume', async () => {
    const requests = new PauseRequests();
    const settled = settling({ resume: requests.resume() });
    expect(requests.serverPaused).toBe(false);
    requests.onPaused(0);
    await Promise.resolve();
    expect(settled).toEqual(['resume']);
  });

  it('count the call as paused by the server until it asks to resume, even after the client has answered', () => {
    const requests = new PauseRequests();
    void requests.pause();
    requests.onPaused(0);
    expect(requests.serverPaused).toBe(true);
    void requests.resume();
    expect(requests.serverPaused).toBe(false);
  });

  it('to resume are answered by a client on hold, even if a pause is requested again before', async () => {
    const requests = new PauseRequests();
    void requests.pause();
    requests.onPaused(0);
    const settled = settling({ resume: requests.resume(), pause: requests.pause() });
    // The client is on hold: it answers both with `paused`.
    requests.onPaused(0);
    requests.onPaused(0);
    await Promise.resolve();
    expect(settled).toEqual(['resume', 'pause']);
  });

  it.each([2, 3, 4, 5, 6])('all settle if a client on hold answers each of %i, in turn', async (count) => {
    for (const first of ['pause', 'resume'] as const) {
      const requests = new PauseRequests();
      const other = first === 'pause' ? 'resume' : 'pause';
      const promises = Array.from({ length: count }, (_, index) => [
        `${index}`,
        requests[index % 2 === 0 ? first : other](),
      ]);
      const settled = settling(Object.fromEntries(promises));
      for (let answer = 0; answer < count; answer++) requests.onPaused(0);
      await Promise.resolve();
      expect(settled).toHaveLength(count);
    }
  });

  it('to resume are answered by a client that was not paused, once each', async () => {
    const requests = new PauseRequests();
    const settled = settling({ first: requests.resume() });
    requests.resumeSent(2);
    expect(requests.onStillActive()).toBe(true);
    await Promise.resolve();
    expect(settled).toEqual(['first']);
    expect(requests.onStillActive()).toBe(false);
  });

  it('to resume expect their answer even if a hold ends while they are on their way', () => {
    const requests = new PauseRequests();
    void requests.resume();
    requests.resumeSent(4);
    requests.onResumed(3);
    expect(requests.onStillActive()).toBe(true);
    expect(requests.onStillActive()).toBe(false);
  });

  it.each([
    ['paused', (requests: PauseRequests) => requests.onPaused(2)],
    ['resumed', (requests: PauseRequests) => requests.onResumed(2)],
  ])('to resume expect no further answer after "%s"', (_, answer) => {
    const requests = new PauseRequests();
    void requests.resume();
    requests.resumeSent(2);
    answer(requests);
    expect(requests.onStillActive()).toBe(false);
  });

  it('to resume wait for the pause before them when an earlier one is answered', async () => {
    const requests = new PauseRequests();
    const settled = settling({ early: requests.resume(), pause: requests.pause(), late: requests.resume() });
    for (const seq of [2, 4]) requests.resumeSent(seq);
    requests.onStillActive();
    await Promise.resolve();
    expect(settled).toEqual(['early']);
    requests.onPaused(3);
    requests.onResumed(4);
    await Promise.resolve();
    expect(settled).toEqual(['early', 'pause', 'late']);
  });
});

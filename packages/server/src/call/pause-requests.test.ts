import { describe, expect, it } from 'vitest';
import { PauseRequests } from './pause-requests.js';

/** The names of the promises that have settled. */
function settling(promises: Readonly<Record<string, Promise<void>>>): string[] {
  const settled: string[] = [];
  for (const [name, promise] of Object.entries(promises)) void promise.then(() => settled.push(name));
  return settled;
}

describe('the requests to pause and resume', () => {
  it('take an answer to a pause that was taken back meanwhile for what it is, and not for a hold', async () => {
    const requests = new PauseRequests();
    const settled = settling({ pause: requests.pause(), resume: requests.resume() });
    expect(requests.serverPaused).toBe(true);
    requests.onPaused();
    await Promise.resolve();
    expect(settled).toEqual(['pause']);
    requests.onResumed();
    await Promise.resolve();
    expect(settled).toEqual(['pause', 'resume']);
  });

  it('take a pause that nobody asked for as a hold, which also answers a resume', async () => {
    const requests = new PauseRequests();
    const settled = settling({ resume: requests.resume() });
    expect(requests.serverPaused).toBe(false);
    requests.onPaused();
    await Promise.resolve();
    expect(settled).toEqual(['resume']);
  });

  it('know that the server has paused until it asks to resume, also once the client has answered', () => {
    const requests = new PauseRequests();
    void requests.pause();
    requests.onPaused();
    expect(requests.serverPaused).toBe(true);
    void requests.resume();
    expect(requests.serverPaused).toBe(false);
  });
});

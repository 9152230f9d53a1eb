import { describe, expect, test, vi } from 'vitest';
import { bridged } from './bridged.js';
import { peer } from './peer.js';
import { VENDORS, type Vendor } from './vendors.js';

const SECONDS = 4;
/** Times after the interruption at which more audio of the interrupted reply arrives. */
const LATE_MS = [10, 500, 1500, 5000];

/** A call in which `vendor` says a reply that is heard for a second. */
async function speaking(vendor: Vendor) {
  const service = await peer(vendor.accept, vendor.greet ?? (() => {}));
  const it = bridged({ interruption: { by: 'first' } }, { on: vendor.connect(service.url) });
  await it.clock.advanceUntil(() => it.bot.sessions > 0);
  await it.clock.settle();
  // Time stands still while sockets work.
  await vi.waitFor(() => expect(it.session.state).toBe('listening'), 5000);
  for (let second = 0; second < SECONDS; second++) vendor.say(service);
  await vi.waitFor(() => expect(it.session.state).toBe('speaking'), 5000);
  await it.clock.advance(1000);
  return { service, it };
}

describe.each(VENDORS)('$name: an interruption that the service does not know of yet', (vendor) => {
  test.each(LATE_MS)(
    'ends the reply for good: its audio of %i ms later is not heard, the service interrupts nothing, and the next reply is heard from its first byte',
    async (lateMs) => {
      const { service, it } = await speaking(vendor);
      const interrupted: string[] = [];
      let words = '';
      it.session.on('interrupted', ({ by }) => interrupted.push(by));
      it.session.on('text', ({ who, text }) => {
        if (who === 'caller') words += text;
      });
      it.session.interrupt();
      // What the client has already received is dropped there.
      await it.clock.advance(10);
      const heardMs = it.recorder.heardMs(vendor.hears.old);
      await it.clock.advance(lateMs - 10);
      const late = () => {
        const before = it.session.stats.lateAudioMs;
        vendor.say(service);
        return vi.waitFor(() => expect(it.session.stats.lateAudioMs).toBe(before + 1000), 5000);
      };
      await late();
      await it.clock.advance(1200);
      await late();
      await it.clock.advance(1200);
      vendor.interrupt(service);
      if (vendor.namesReplies) vendor.say(service);
      vendor.transcribe(service);
      await vi.waitFor(() => expect(words).toBe('A table'), 5000);
      if (vendor.namesReplies) vendor.say(service);
      vendor.next(service);
      await vi.waitFor(() => expect(it.session.state).toBe('speaking'), 5000);
      await it.clock.advance(3000);
      expect(it.recorder.heardMs(vendor.hears.old)).toBe(heardMs);
      const nextMs = it.recorder.heardMs(vendor.hears.next);
      expect(nextMs).toBeLessThanOrEqual(1000);
      expect(nextMs).toBeGreaterThanOrEqual(1000 - vendor.settlesMs);
      expect(it.recorder.entities('barge_in')).toBe(1);
      expect(interrupted).toEqual(['bot']);
      expect(it.session.stats).toMatchObject({ interruptions: 1, falseInterruptions: 0 });
      it.call.hangup();
      await it.clock.run(it.call.closed);
      await vi.waitFor(() => expect(it.clock.pending).toBe(0), 5000);
    },
  );
});

import { describe, expect, it } from 'vitest';
import { createBot, createRouter } from '../src/index.js';
import { dialBot, hangUp, idle, untilEnd } from './open-call.js';

const offer = (more: Record<string, unknown>) => ({
  type: 'audio',
  format: 'PCMU',
  channels: ['external'],
  rate: 8000,
  ...more,
});

describe('a refusal', () => {
  it('describes at most three offers, and names at most 20 Connector IDs', async () => {
    const { clock, client } = await dialBot(idle);
    client.open({ media: Array.from({ length: 50 }, (_, index) => offer({ rate: 16_000 + index })) });
    await untilEnd(clock, client);
    expect(client.last('disconnect')?.parameters.info).toMatch(/16002; expected 8000$/);

    const router = createRouter();
    for (let index = 0; index < 50; index++) router.bot(`bot-${index}`, idle);
    const bot = createBot({ auth: 'none', clock }, router);
    const result = await bot.inject({ url: '/nobody', headers: {} });
    expect(result).toMatchObject({ body: expect.stringContaining('bot-18, bot-19, …"') });
  });
});

describe('open', () => {
  it.each([
    ['rate is 16000; expected 8000', offer({ rate: 16_000 })],
    ['format is "OPUS"; expected PCMU or L16', offer({ format: 'OPUS' })],
    ['type is "video"; expected "audio"', offer({ type: 'video' })],
    ['channels are ["agent"]; expected external, internal or both', offer({ channels: ['agent'] })],
  ])('is refused with the actual reason: %s', async (reason, media) => {
    const { clock, client } = await dialBot(idle);
    client.open({ media: [media] });
    await untilEnd(clock, client);
    expect(client.last('disconnect')?.parameters.info).toBe(`no offered media is supported: ${reason}`);
  });

  it.each([[['internal']], [['external', 'internal']], [['internal', 'external']]])(
    'is taken, and closed in order, with the channels %j alone',
    async (channels) => {
      const { clock, client } = await dialBot((call) => new Promise(() => void call.onSpeech({})));
      client.open({ media: [offer({ channels })] });
      await clock.settle();
      expect(client.last('opened')?.parameters.media).toEqual([offer({ channels })]);
      await hangUp(clock, client);
      expect(client.types).toContain('closed');
    },
  );
});

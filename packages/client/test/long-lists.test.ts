import { describe, expect, it } from 'vitest';
import { openCall, scriptedCall, success } from './scripted-call.js';

describe('a result', () => {
  it.each([
    [10, '"o8", "o9", which'],
    [11, '"o8", "o9" and 1 more, which'],
    [25, '"o8", "o9" and 15 more, which'],
  ])('lists ten of %i outputs that arrived in closed', async (count, names) => {
    const { clock, server, call } = await openCall();
    server.auto.closed = false;
    server.send('disconnect', { reason: 'completed' });
    await clock.advance(10);
    const outputs = Object.fromEntries(Array.from({ length: count }, (_, index) => [`o${index}`, 'x']));
    server.text(
      JSON.stringify({ ...server.envelope(), type: 'closed', parameters: { outputVariables: outputs } }),
    );
    const { warnings } = success(await clock.run(call.result));
    expect(warnings.map(({ message }) => message)).toEqual([expect.stringContaining(names)]);
  });
});

describe('an open that is too long', () => {
  it.each([
    ['the value', { small: 'x'.repeat(20_000), large: 'y'.repeat(50_000) }, /^inputs\.large: /],
    ['the name', { small: 'x'.repeat(20_000), [`name${'n'.repeat(50_000)}`]: '' }, /^inputs\.namen+: /],
    ['both', { [`a${'n'.repeat(30_000)}`]: 'x'.repeat(10_000), value: 'y'.repeat(35_000) }, /^inputs\.an+: /],
  ])('is refused with the name of the largest input, by %s', (_, inputs, message) => {
    expect(() => scriptedCall({ inputs })).toThrow(message);
  });

  it('is refused with the name of a field of the conversation, if that is the largest', () => {
    const long = 'x'.repeat(70_000);
    for (const field of ['id', 'participantId', 'aniName', 'ani'])
      expect(() => scriptedCall({ conversation: { [field]: long }, inputs: { small: 'y' } })).toThrow(
        new RegExp(`^conversation\\.${field}: it makes open`),
      );
  });
});

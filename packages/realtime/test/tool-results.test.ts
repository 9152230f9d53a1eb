import { Type } from '@sinclair/typebox';
import { expect, test } from 'vitest';
import { RealtimeError, tool } from '../src/index.js';
import { bridged, finish, serviceCalls } from './bridged.js';

test.each([
  ['is sent its result if it resumes the lost one', false],
  ['is told its result as text if it refuses the handle', true],
])(
  'a session that follows one that was lost while a tool ran, which is over by then, %s',
  async (_, refuses) => {
    const refused = new RealtimeError('SERVICE_REFUSED', 'no such session');
    const book = tool({
      description: 'Books.',
      parameters: Type.Object({}),
      run: () => new Promise((resolve) => it.clock.after(1000, () => resolve({ id: 'R-7' }))),
    });
    const it = bridged(
      { tools: { book } },
      {
        service: {
          ...{ can: { resume: 'handle' }, connectMs: 900 },
          refuse: (nth) => (nth === 2 && refuses ? refused : undefined),
        },
      },
    );
    await it.clock.advance(1000);
    it.service.link.host.toolCall('t1', 'book', '{}');
    it.service.link.host.resumable('handle-1');
    await it.clock.advance(800);
    it.service.link.drop(1011);
    await it.clock.advance(4000);
    expect(it.service.links).toHaveLength(2);
    // Its result comes before the request for a reply to it.
    expect(it.service.link.calls.map(({ type }) => type)).toEqual([refuses ? 'text' : 'toolResult', 'ask']);
    if (refuses) expect(serviceCalls(it, 'text')[0]?.text).toBe('Result of book: {"id":"R-7"}');
    else expect(serviceCalls(it, 'toolResult')).toMatchObject([{ id: 't1', result: { id: 'R-7' } }]);
    it.call.hangup();
    await finish(it);
  },
);

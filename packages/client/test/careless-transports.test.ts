import { runInNewContext } from 'node:vm';
import type { Transport, TransportListener } from '@hookline/runtime';
import { describe, expect, it } from 'vitest';
import type { Dial } from '../src/index.js';
import { failure, scriptedCall } from './scripted-call.js';

type Deliver = (listener: TransportListener) => unknown;

/** A dialler whose transport delivers something as soon as it is listened to. */
function delivering(deliver: Deliver): Dial {
  const transport: Transport = {
    bufferedAmount: 0,
    listen: (listener) => void deliver(listener),
    sendText() {},
    sendBinary() {},
    close() {},
    terminate() {},
  };
  return async () => ({ transport, requestHead: '', responseHead: '', status: 101 });
}

describe('a transport of a custom dialler', () => {
  it.each<[what: string, deliver: Deliver, text: string]>([
    [
      'audio that is no Uint8Array',
      (to) => to.binary(new ArrayBuffer(10) as never),
      'binary is an object; expected a Uint8Array',
    ],
    [
      'audio that is a string',
      (to) => to.binary('x' as never),
      'binary is the string "x"; expected a Uint8Array',
    ],
    [
      'a text that is no string',
      (to) => to.text(Buffer.from('{}') as never),
      'text is an object; expected a string',
    ],
    [
      'an end without a code',
      (to) => to.closed({} as never),
      'closed is an object; expected an object with code and reason',
    ],
    [
      'no end at all',
      (to) => to.closed(undefined as never),
      'closed is undefined; expected an object with code and reason',
    ],
  ])(
    'that delivers %s loses its own connection, and no rule of the bot is broken',
    async (_, deliver, text) => {
      const { clock, call } = scriptedCall({ dial: delivering(deliver) });
      const result = failure(await clock.run(call.result));
      expect(result).toMatchObject({ cause: 'connection-lost' });
      expect(result.failureOutputs.errorMessage).toContain(`the transport of the dialler: ${text}`);
      expect(result.clause).toBeUndefined();
      await clock.run(call.closed);
    },
  );

  it('may deliver audio of another realm, such as that of a test environment', async () => {
    const foreign = runInNewContext('new Uint8Array(10)');
    const { clock, call } = scriptedCall({ dial: delivering((to) => to.binary(foreign)) });
    const result = failure(await clock.run(call.result));
    // Audio before `opened` is a fault of the bot, and none of the transport.
    expect(result.failureOutputs.errorMessage).not.toContain('the transport of the dialler');
    await clock.run(call.closed);
  });
});

import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { Page, startTestStudio } from './page.js';
import { VirtualPage } from './virtual-page.js';

const JUNK: readonly (string | Buffer)[] = [
  '',
  '{',
  'null',
  '[]',
  '"dial"',
  '{"type":1}',
  '{"type":"__proto__"}',
  '{"type":"constructor"}',
  '{"type":"dail"}',
  '{"type":"dial"}',
  '{"type":"dial","integration":"other","caller":{"kind":"mic"}}',
  '{"type":"dial","integration":{"baseUri":7},"caller":{"kind":"mic"}}',
  '{"type":"dial","integration":{"baseUri":"ws://localhost","key":"x"},"caller":{"kind":"mic"}}',
  '{"type":"dial","integration":"builtin","caller":{"kind":"radio"}}',
  '{"type":"dial","integration":"builtin","caller":{"kind":"tone","hz":1e9}}',
  '{"type":"dial","integration":"builtin","caller":{"kind":"mic"},"frameMs":21}',
  '{"type":"keys","digits":""}',
  '{"type":"keys","digits":"12x"}',
  '{"type":"hold","on":"yes"}',
  '{"type":"forget","id":"../../etc"}',
  '{"type":"open-path","path":"/etc/passwd"}',
  '{"type":"open-path","path":"/nowhere"}',
  '{"type":"language","language":"klingon!"}',
  `{"type":"keys","digits":"${'1'.repeat(70_000)}"}`,
  Buffer.alloc(0),
  Buffer.from([1]),
  Buffer.alloc(8, 1),
  Buffer.from([9, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
  Buffer.from([1, 0, 0, 0, 0, 0, 0, 0, 0]),
  Buffer.alloc(100_000, 1),
];

test('answers each malformed message with a refusal, and the call continues unaffected', {
  timeout: 60_000,
}, async () => {
  const page = await Page.open(await startTestStudio());
  page.send({ type: 'dial', integration: 'builtin', connectorId: 'echo', caller: { kind: 'tone' } });
  await page.state('connected');
  for (const junk of JUNK) page.ws.send(junk);
  page.ws.send(Buffer.from([0xff, 0xfe, 0x7b]), { binary: false });
  page.ws.send(`"${'x'.repeat(1_000_000)}"`);
  await page.next('refused', () => page.of('refused').length === JUNK.length + 2);
  for (const { message } of page.of('refused')) expect(message).toMatch(/[.?]$/);
  expect(page.of('refused').every(({ message }) => message.length < 500)).toBe(true);
  // Each refusal names the field.
  const dial = page.of('refused').filter(({ of }) => of === 'dial');
  expect(dial.map(({ code, field }) => [code, field])).toEqual([
    ['invalid-field', 'integration'],
    ['invalid-field', 'integration'],
    ['invalid-field', 'baseUri'],
    ['invalid-field', 'key'],
    ['invalid-field', 'caller'],
    ['invalid-field', 'hz'],
    ['invalid-field', 'frameMs'],
  ]);
  expect(page.of('refused').find(({ of }) => of === 'dail')?.message).toContain('did you mean dial?');
  page.send({ type: 'keys', digits: '#' });
  const { outcome } = await page.ended();
  expect(outcome).toMatchObject({ path: 'success', keys: '#', bargeIns: 0 });
});

test('refuses a frame of a megabyte, and closes a socket that sends one above the limit', async () => {
  const page = await Page.open(await startTestStudio());
  page.ws.send(Buffer.alloc(5_000_000), { binary: false });
  const [code] = await once(page.ws, 'close');
  expect(code).toBe(1009);
});

describe('a message at the wrong time', () => {
  test('is refused without a call; dialling is refused during one', async () => {
    const page = new VirtualPage('echo');
    for (const type of ['hang-up'] as const) page.send({ type });
    page.send({ type: 'keys', digits: '1' });
    page.send({ type: 'hold', on: true });
    page.send({ type: 'language', language: 'fr' });
    page.send({ type: 'caller', caller: { kind: 'mic' } });
    await page.clock.settle();
    expect(page.of('refused').map(({ of, code }) => [of, code])).toEqual(
      ['hang-up', 'keys', 'hold', 'language', 'caller'].map((of) => [of, 'no-call']),
    );
    await page.dial();
    await page.dial();
    expect(page.of('refused').at(-1)).toMatchObject({ of: 'dial', code: 'call-live' });
    expect(page.of('state').at(-1)?.state).toBe('connected');
  });

  test('is carried out later if it can be: a call is dialled while the previous one is being saved', async () => {
    const page = new VirtualPage('echo');
    await page.dial();
    const sendText = page.text.bind(page);
    page.text = (json) => {
      sendText(json);
      const last = page.messages.at(-1);
      if (last?.type !== 'state' || last.state !== 'ended') return;
      page.send({ type: 'dial', integration: { baseUri: 'ws://localhost' }, caller: { kind: 'silence' } });
    };
    page.send({ type: 'hang-up' });
    await page.clock.advance(3000);
    const calls = () => new Set(page.of('state').map(({ callId }) => callId)).size;
    await expect.poll(() => [calls(), page.of('refused')]).toEqual([2, []]);
  });

  test('names the form field that the client rejects', async () => {
    const page = new VirtualPage('echo');
    const refusedField = async (order: Parameters<VirtualPage['dial']>[0]) => {
      await page.dial(order);
      return page.of('refused').at(-1)?.field;
    };
    expect(await refusedField({ integration: { baseUri: 'http://localhost' } })).toBe('baseUri');
    expect(await refusedField({ integration: { baseUri: 'ws://bots.example' } })).toBe('baseUri');
    expect(page.of('refused').at(-1)?.message).toContain('start `hookline studio --allow-ws` for a test');
    expect(await refusedField({ integration: { baseUri: 'ws://localhost', apiKey: 'a b' } })).toBe('apiKey');
    expect(await refusedField({ integration: { baseUri: 'ws://localhost', clientSecret: '*' } })).toBe(
      'clientSecret',
    );
    expect(page.of('state')).toEqual([]);
  });
});

test('a page that closes before its call is dialled makes no call', async () => {
  const page = new VirtualPage('echo');
  page.send({ type: 'dial', integration: { baseUri: 'ws://localhost' }, caller: { kind: 'silence' } });
  page.session.close();
  await page.clock.advance(1000);
  expect([page.of('state'), page.session.call]).toEqual([[], undefined]);
});

test('a page that closes hangs up its call, which is saved', { timeout: 60_000 }, async () => {
  const studio = await startTestStudio();
  const [page, other] = [await Page.open(studio), await Page.open(studio)];
  page.send({ type: 'dial', integration: 'builtin', caller: { kind: 'tone' } });
  await page.state('connected');
  page.ws.terminate();
  const { calls } = await other.next('history', ({ calls: [call] }) => call !== undefined && !call.live);
  expect(calls).toMatchObject([{ path: 'disconnected', origin: 'studio', vantage: 'client' }]);
});

test.each([
  [{ language: 'xx yy zz' }, 'language'],
  [{ integration: { baseUri: 'http://x' } }, 'baseUri'],
  [{ integration: { baseUri: 'ws://localhost', clientSecret: 'not base64!' } }, 'clientSecret'],
] as const)('names the field of the form that is wrong: %j', async (wrong, field) => {
  const page = new VirtualPage();
  await page.dial(wrong);
  expect(page.of('refused')).toMatchObject([{ of: 'dial', code: 'invalid-field', field }]);
});

test('names no field if the refused message has none that is wrong', async () => {
  const page = new VirtualPage();
  page.send({ type: 'check', integration: { baseUri: 'ws://localhost' }, only: ['NOPE'] });
  await page.clock.advance(10);
  await expect.poll(() => page.of('refused')).toMatchObject([{ of: 'check', code: 'invalid-field' }]);
  expect(page.of('refused')[0]).not.toHaveProperty('field');
});

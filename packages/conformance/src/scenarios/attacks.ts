import type { ClauseId } from '@hookline/protocol';
import type { RawCall } from '../caller/raw-call.js';
import { PRODUCTION_FORM, type SignatureForm } from '../wire/signature-form.js';
import { refused } from './refusals.js';
import type { Scenario, Stage } from './scenario.js';

/** How long what was sent has to take effect, in milliseconds. */
const EFFECT_MS = 150;

interface MisbehavingCall {
  readonly clause: ClauseId;
  readonly what: string;
  act(stage: Stage): Promise<void>;
}

/** Makes one attack after the other while another call is on, which must not suffer, nor may the call after it. */
async function checkOtherCalls(stage: Stage, attacks: readonly MisbehavingCall[]): Promise<void> {
  let controlCall: RawCall | undefined;
  for (const [index, { clause, what, act }] of attacks.entries()) {
    if (!controlCall?.isOpen) {
      await controlCall?.hangUp();
      controlCall = await stage.open({ call: `another call, from attack ${index + 1}` });
      if (!controlCall) return;
    }
    controlCall.mark({ expected: 'tolerate', clause, what });
    await act(stage);
    await controlCall.wait(EFFECT_MS);
    await controlCall.ping();
    const after = `a call after ${what}`;
    const next = await stage.dial({
      call: after,
      purpose: { kind: 'acceptance', clause, what: after, always: true },
    });
    await next.opened();
    await next.hangUp();
  }
  await controlCall?.hangUp();
}

/** Sends something on a call of its own and drops it. */
function send(what: string, act: (call: RawCall) => void, opened = true): MisbehavingCall {
  return {
    clause: 'AC-MSG-16',
    what,
    async act(stage) {
      const call = await stage.dial({ call: what, purpose: { kind: 'attack' } });
      if (!opened || (await call.opened())) {
        act(call);
        await call.wait(EFFECT_MS);
      }
      await call.terminate();
    },
  };
}

/** A call that is dropped without a word. */
function loseConnection(what: string, until: (call: RawCall) => Promise<unknown>): MisbehavingCall {
  return {
    clause: 'AC-CONN-10',
    what,
    async act(stage) {
      const call = await stage.dial({ call: what, purpose: { kind: 'attack' } });
      await until(call);
      await call.terminate();
    },
  };
}

const MALFORMED: readonly MisbehavingCall[] = [
  send('text that is no JSON', (call) => call.raw('{"version":"2","type":')),
  send('a JSON array', (call) => call.raw('[]')),
  send('JSON null', (call) => call.raw('null')),
  send('a message without parameters', (call) => call.raw(JSON.stringify(call.envelope('ping')))),
  send('fields of wrong types', (call) =>
    call.raw('{"version":2,"type":7,"seq":"x","id":null,"parameters":[]}'),
  ),
  send('dtmf without a digit', (call) => call.send('dtmf', { digit: null })),
  send('deeply nested JSON', (call) => call.raw(`${'['.repeat(20_000)}${']'.repeat(20_000)}`)),
  send('a text of 70,000 characters', (call) => call.send('ping', { padding: 'x'.repeat(70_000) })),
  send('a text of 400,000 characters', (call) => call.send('ping', { padding: 'x'.repeat(400_000) })),
  send('a binary frame before open', (call) => call.binary(new Uint8Array(1600)), false),
  send('a message before open', (call) => call.send('ping'), false),
];

const LOST: readonly MisbehavingCall[] = [
  loseConnection('a connection that is lost before open', async () => {}),
  loseConnection('a connection that is lost after opened', (call) => call.opened()),
  loseConnection('a connection that is lost while audio flows', async (call) => {
    if (!(await call.opened())) return;
    call.audio.start();
    await call.wait(700);
  }),
];

function signature(what: string, form: SignatureForm): MisbehavingCall {
  return {
    clause: 'AC-SIG-12',
    what,
    act: (stage) => refused(stage, 'AC-SIG-12', what, { form }),
  };
}

const SIGNATURES: readonly MisbehavingCall[] = [
  signature('a signature of 31 bytes', {
    ...PRODUCTION_FORM,
    signature: () => `sig1=:${Buffer.alloc(31, 7).toString('base64')}:`,
  }),
  signature('an empty signature', { ...PRODUCTION_FORM, signature: () => 'sig1=::' }),
  signature('a signature header that cannot be read', { ...PRODUCTION_FORM, signature: () => 'sig1=:%%%' }),
];

export const malformed: Scenario = {
  name: 'malformed',
  about:
    'Frames that no client should send, while another call is on: neither it nor a later call may suffer.',
  shows: ['AC-MSG-16'],
  alone: true,
  run: (stage) => checkOtherCalls(stage, MALFORMED),
};

export const lostConnections: Scenario = {
  name: 'lost-connections',
  about: 'Connections that end without a word, while another call is on.',
  shows: ['AC-CONN-10'],
  alone: true,
  run: (stage) => checkOtherCalls(stage, LOST),
};

export const brokenSignatures: Scenario = {
  name: 'broken-signatures',
  about: 'Signatures of a wrong length or form, while another call is on.',
  shows: ['AC-SIG-12'],
  alone: true,
  skip: ({ target, profile }) =>
    target.clientSecret === undefined || profile.auth !== 'signed' ? 'requests are not signed' : undefined,
  run: (stage) => checkOtherCalls(stage, SIGNATURES),
};

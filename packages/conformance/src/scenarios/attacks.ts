import type { ClauseId } from '@hookline/protocol';
import type { RawCall } from '../caller/raw-call.js';
import { busyStatusOf } from '../record/busy.js';
import { PRODUCTION_FORM, type SignatureForm } from '../wire/signature-form.js';
import { dialRefused } from './refusals.js';
import { type CallSpec, repeated, type Scenario, type ScenarioContext, unsignedReason } from './scenario.js';

/** The wait for the effect of an attack, in milliseconds. */
const EFFECT_MS = 150;

interface MisbehavingCall {
  readonly clause: ClauseId;
  readonly description: string;
  /** Makes the call to its end. */
  run(context: ScenarioContext): Promise<RawCall>;
}

/**
 * Makes the attacks one at a time, with a control call open. Neither it nor a call after the attack may be affected; if
 * one is, the attack is repeated once, because the bot may have another reason. If the bot refuses calls beside the
 * control call as too many, the attacks are made without it.
 */
async function checkOtherCalls(context: ScenarioContext, attacks: readonly MisbehavingCall[]): Promise<void> {
  let controlCall: RawCall | undefined;
  let isAlone = false;
  const hangUpControl = async () => {
    isAlone = true;
    await controlCall?.hangUp();
    controlCall = undefined;
  };
  /** Resolves to whether another call was affected; undefined if none can be opened. */
  const attack = async (
    { clause, description, run }: MisbehavingCall,
    name: string,
    isAgain: boolean,
  ): Promise<boolean | undefined> => {
    if (!isAlone && !controlCall?.isOpen) {
      await controlCall?.hangUp();
      controlCall = await context.open({ call: name });
      if (!controlCall) return undefined;
    }
    controlCall?.mark({ expected: 'tolerate', clause, description });
    if (isRefusedBeside(await run(context), controlCall)) {
      await hangUpControl();
      await run(context);
    }
    await controlCall?.wait(EFFECT_MS);
    await controlCall?.ping();
    const after = `a call after ${description}`;
    const spec: CallSpec = {
      call: after,
      purpose: { kind: 'acceptance', clause, description: after, mustOpen: true },
    };
    const dialNext = () => context.dial(isAgain ? repeated(spec) : spec);
    let next = await dialNext();
    if (isRefusedBeside(next, controlCall)) {
      await hangUpControl();
      next = await dialNext();
    }
    const isOpened = await next.open();
    await next.hangUp();
    return !isOpened || controlCall?.isOpen === false;
  };
  for (const [index, one] of attacks.entries()) {
    const name = `another call, from attack ${index + 1}`;
    const isAffected = await attack(one, name, false);
    if (isAffected === undefined) return;
    if (isAffected && (await attack(one, `${name} again`, true)) === undefined) return;
  }
  await controlCall?.hangUp();
}

/** Whether the bot refused the call as one too many while the control call was open. */
function isRefusedBeside(call: RawCall, controlCall: RawCall | undefined): boolean {
  return controlCall?.isOpen === true && busyStatusOf(call) !== undefined;
}

/** Misbehaves on a separate call and terminates it. */
function misbehave(description: string, act: (call: RawCall) => void, opened = true): MisbehavingCall {
  return {
    clause: 'AC-MSG-16',
    description,
    async run(context) {
      const call = await context.dial({ call: description, purpose: { kind: 'attack' } });
      if (!opened || (await call.open())) {
        act(call);
        await call.wait(EFFECT_MS);
      }
      await call.terminate();
      return call;
    },
  };
}

/** Terminates a call without a closing handshake. */
function loseConnection(description: string, until: (call: RawCall) => Promise<unknown>): MisbehavingCall {
  return {
    clause: 'AC-CONN-10',
    description,
    async run(context) {
      const call = await context.dial({ call: description, purpose: { kind: 'attack' } });
      await until(call);
      await call.terminate();
      return call;
    },
  };
}

const MALFORMED: readonly MisbehavingCall[] = [
  misbehave('text that is not JSON', (call) => call.sendText('{"version":"2","type":')),
  misbehave('a JSON array', (call) => call.sendText('[]')),
  misbehave('JSON null', (call) => call.sendText('null')),
  misbehave('a message without parameters', (call) => call.sendText(JSON.stringify(call.envelope('ping')))),
  misbehave('fields with wrong types', (call) =>
    call.sendText('{"version":2,"type":7,"seq":"x","id":null,"parameters":[]}'),
  ),
  misbehave('dtmf without a digit', (call) => call.send('dtmf', { digit: null })),
  misbehave('deeply nested JSON', (call) => call.sendText(`${'['.repeat(20_000)}${']'.repeat(20_000)}`)),
  misbehave('a text of 70,000 characters', (call) => call.send('ping', { padding: 'x'.repeat(70_000) })),
  misbehave('a text of 400,000 characters', (call) => call.send('ping', { padding: 'x'.repeat(400_000) })),
  misbehave('a binary frame before `open`', (call) => call.sendBinary(new Uint8Array(1600)), false),
  misbehave('a message before `open`', (call) => call.send('ping'), false),
];

const LOST: readonly MisbehavingCall[] = [
  loseConnection('a connection that is lost before `open`', async () => {}),
  loseConnection('a connection that is lost after `opened`', (call) => call.open()),
  loseConnection('a connection that is lost while audio is sent', async (call) => {
    if (!(await call.open())) return;
    call.audio.start();
    await call.wait(700);
  }),
];

function signature(description: string, form: SignatureForm): MisbehavingCall {
  return {
    clause: 'AC-SIG-12',
    description,
    run: (context) => dialRefused(context, 'AC-SIG-12', description, { form }),
  };
}

const SIGNATURES: readonly MisbehavingCall[] = [
  signature('a signature of 31 bytes', {
    ...PRODUCTION_FORM,
    signature: () => `sig1=:${Buffer.alloc(31, 7).toString('base64')}:`,
  }),
  signature('an empty signature', { ...PRODUCTION_FORM, signature: () => 'sig1=::' }),
  signature('a signature header that cannot be parsed', { ...PRODUCTION_FORM, signature: () => 'sig1=:%%%' }),
];

export const malformed: Scenario = {
  name: 'malformed',
  description:
    'Invalid frames while another call is open: neither that call nor a later one may be affected.',
  covers: ['AC-MSG-16'],
  exclusive: true,
  run: (context) => checkOtherCalls(context, MALFORMED),
};

export const lostConnections: Scenario = {
  name: 'lost-connections',
  description: 'Connections that end without a closing handshake while another call is open.',
  covers: ['AC-CONN-10'],
  exclusive: true,
  run: (context) => checkOtherCalls(context, LOST),
};

export const brokenSignatures: Scenario = {
  name: 'broken-signatures',
  description: 'Signatures with a wrong length or form while another call is open.',
  covers: ['AC-SIG-12'],
  exclusive: true,
  skip: unsignedReason,
  run: (context) => checkOtherCalls(context, SIGNATURES),
};

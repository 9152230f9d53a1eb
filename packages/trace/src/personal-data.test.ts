import { describe, expect, it } from 'vitest';
import { createPersonalDataMask, MAX_SOUGHT, MAX_SOUGHT_CHARS } from './personal-data.js';

const message = (value: unknown) =>
  ({ kind: 'message', t: 0, dir: 'out', text: JSON.stringify(value) }) as const;

describe('the mask of personal data', () => {
  it('keeps names and keywords of the protocol, for any values of variables', () => {
    const mask = createPersonalDataMask();
    const { text } = mask.event(
      message({
        type: 'open',
        id: 'open',
        parameters: {
          participant: { id: 'p', ani: 'tel:+49301', aniName: '', dnis: '800' },
          inputVariables: { step: 'open', nested: { deep: ['disconnect', 7, true, null] } },
        },
      }),
    );
    expect(JSON.parse(text)).toEqual({
      type: 'open',
      id: 'open',
      parameters: {
        participant: { id: 'p', ani: '***', aniName: '', dnis: '***' },
        inputVariables: { step: '***', nested: { deep: ['***', '***', '***', null] } },
      },
    });
    const later = mask.event(
      message({ type: 'disconnect', parameters: { reason: 'error', info: 'call tel:+49301' } }),
    );
    expect(JSON.parse(later.text)).toEqual({
      type: 'disconnect',
      parameters: { reason: 'error', info: 'call ***' },
    });
  });

  it('keeps what is null outside personal fields', () => {
    const mask = createPersonalDataMask();
    const { text } = mask.event(message({ type: 'error', parameters: { code: null, ani: 'tel:+49301' } }));
    expect(JSON.parse(text)).toEqual({ type: 'error', parameters: { code: null, ani: '***' } });
    expect(mask.json({ cause: null, list: [null] })).toEqual({ cause: null, list: [null] });
  });

  it('masks a number that is the value of a variable in the data of an event, even in a field named like one that counts', () => {
    const mask = createPersonalDataMask();
    const { text } = mask.event(
      message({
        type: 'event',
        parameters: {
          inputVariables: { customer: '48151623' },
          entities: [{ type: 'x', data: { code: 48151623, customerMs: 48151623, heardMs: 1200 } }],
        },
      }),
    );
    expect(text).not.toContain('48151623');
    expect(text).toContain('1200');
  });

  it('masks text that is not JSON as a whole', () => {
    const mask = createPersonalDataMask();
    expect(mask.event({ ...message(0), text: '{"ani":"+4930' }).text).toBe('***');
  });

  it.each([
    ['as it is', 'Ann "A" Lee & Co.'],
    ['in a JSON string', 'Ann \\"A\\" Lee & Co.'],
    ['percent-encoded', 'Ann%20%22A%22%20Lee%20%26%20Co.'],
    ['in base64', btoa('Ann "A" Lee & Co.').replace(/=+$/, '')],
  ])('finds a masked value %s', (_, form) => {
    const mask = createPersonalDataMask();
    mask.json({ ani: 'Ann "A" Lee & Co.' });
    expect(mask.text(`<${form}>`)).toBe('<***>');
  });

  it('searches for a value of 4 characters anywhere, and for a shorter one as a whole word', () => {
    const mask = createPersonalDataMask();
    const ani = 'tel:110';
    mask.json({
      ani,
      aniName: 'Amy',
      outputs: { room: '2040', pin: '123', floor: '4', tier: 'A+', dash: '-' },
    });
    expect(mask.text('x2040x, 123, pin=123. "Amy\'s" A+ - Amy,110')).toBe(
      'x***x, ***, pin=***. "***\'s" *** - ***,***',
    );
    const kept = 'Amyx xAmy _Amy 1234 x123 1.123 123.5 12:123 123-4 [AC-OPEN-4] amy 0123';
    expect(mask.text(kept)).toBe(kept);
  });

  it('searches for a short value also inside of words of a script without spaces, and of Korean', () => {
    const mask = createPersonalDataMask();
    mask.json({ aniName: ['李明', '김민수'] });
    expect(mask.text('客户李明您好, 김민수님')).toBe('客户***您好, ***님');
  });

  it('masks short values neither in names of fields nor in keywords and counts', () => {
    const mask = createPersonalDataMask();
    mask.json({ outputs: ['2', '3', '403', 'x', 'pin'] });
    const event = {
      ...{ version: '2', type: 'event', seq: 3, clientseq: 2, id: 'pin' },
      parameters: {
        entities: [
          { type: 'bot_turn_response', data: { disposition: 'match', confidence: 2 } },
          { type: 'x', data: { pin: { 'a pin': 'the pin' }, x: 3 } },
        ],
      },
    };
    expect(JSON.parse(mask.event(message(event)).text)).toEqual({
      ...event,
      parameters: {
        entities: [
          event.parameters.entities[0],
          { type: 'x', data: { pin: { 'a pin': 'the ***' }, x: '***' } },
        ],
      },
    });
    const result = {
      ...{ path: 'failure', status: 403, closeCode: 3, underruns: 2 },
      ...{ turns: [{ confidence: 3 }], timings: { sendLateMs: { p99: 2, max: 3 }, replyMs: [2, 3] } },
    };
    expect(mask.json(result)).toEqual(result);
  });

  describe('of keys that the caller pressed', () => {
    const pressing = (keys: string) => {
      const mask = createPersonalDataMask();
      for (const digit of keys) mask.event(message({ type: 'dtmf', parameters: { digit } }));
      return mask;
    };

    it('masks 4 or more in a row wherever they come again, also in groups', () => {
      const mask = pressing('1#4111222233334444');
      const { text } = mask.event(
        message({ type: 'disconnect', parameters: { info: 'card 4111222233334444 is refused' } }),
      );
      expect(JSON.parse(text).parameters.info).toBe('card *** is refused');
      expect(mask.text('4111 2222 3333 4444 #41 411')).toBe('*** *** *** *** #41 411');
    });

    it('masks those that the result of a call names, in texts before and after', () => {
      const result = {
        failureOutputs: { errorMessage: 'no account 4711' },
        dtmf: '14711',
        turns: [{ t: 14711 }],
      };
      expect(createPersonalDataMask().json(result)).toEqual({
        failureOutputs: { errorMessage: 'no account ***' },
        ...{ dtmf: '***', turns: [{ t: 14711 }] },
      });
    });

    it('takes keys from no other message, and none from a mask', () => {
      const mask = pressing('47');
      mask.event(message({ type: 'event', parameters: { digit: '1' } }));
      for (const digit of ['***', '***', '***']) mask.event(message({ type: 'dtmf', parameters: { digit } }));
      expect(mask.text('471 47** ****** 4711')).toBe('471 47** ****** 4711');
      mask.event(message({ type: 'dtmf', parameters: { digit: '11' } }));
      expect(mask.text('4711')).toBe('***');
    });
  });

  it.each([
    ['tel:+4930123456', '+4930123456'],
    ['tel:+4930123456', '4930123456'],
    ['tel:+4930123456', '%2B4930123456'],
    ['tel:+4930123456', btoa('+4930123456').replace(/=+$/, '')],
    ['TEL:+49-30-123456;ext=7', '+49-30-123456'],
    ['TEL:+49-30-123456;ext=7', '4930123456'],
    ['+4930123456', '4930123456'],
    ['sip:+4930123456@sbc.example', '+4930123456@sbc.example'],
    ['sip:+4930123456@sbc.example', '4930123456'],
    ['sips:anna@sbc.example', 'anna'],
  ])('finds the number %s as %s', (ani, said) => {
    const mask = createPersonalDataMask();
    mask.json({ ani });
    const masked = mask.text(`no customer has <${said}>`);
    expect(masked).toMatch(/^no customer has <.*\*{3}>$/);
    expect(masked).not.toMatch(/30.?123|anna/i);
  });

  describe('in a call whose bot knows the caller', () => {
    const knowing = () => {
      const mask = createPersonalDataMask();
      const participant = { id: 'p', ani: 'tel:+4930123456', aniName: 'Anna Smith', dnis: '' };
      mask.event(
        message({ type: 'open', parameters: { participant, inputVariables: { customer: 'C-48151623' } } }),
      );
      return mask;
    };
    const said = 'Anna Smith, +4930123456, customer C-48151623';

    it.each([
      ...['version', 'type', 'id', 'reason', 'position', 'media', 'format', 'channels', 'language', 'cause'],
      ...['disposition', 'path', 'clause', 'errorType', 'sessionId', 'conversationId', 'organizationId'],
      'entities',
    ])('masks the field %s anywhere in the data of an event', (name) => {
      const data = { [name]: said, list: [{ [name]: { note: said, [said]: [said] } }] };
      const parameters = { entities: [{ type: 'crm', data }], crm: { [name]: said }, [name]: [said] };
      const { text } = knowing().event(message({ type: 'event', parameters, [name]: said }));
      expect(text).not.toMatch(/Anna|4930|48151623/);
      expect(text).toContain('"type":');
    });

    it('masks what was said in fields of any name, and numbers that are not texts', () => {
      const cause = { text: 'my card is 4111 1111', phone: 4930123456, retries: 3 };
      const { text } = knowing().event(
        message({ type: 'event', parameters: { entities: [{ type: 'crm', data: { cause } }] } }),
      );
      expect(JSON.parse(text).parameters.entities[0]).toEqual({
        type: 'crm',
        data: { cause: { text: '***', phone: '***', retries: 3 } },
      });
    });

    it('masks a value in a text that comes before its field', () => {
      const masked = createPersonalDataMask().json({
        path: 'failure',
        failureOutputs: { errorType: 'NoInputError', errorMessage: 'The bot said "R-17-204".' },
        discardedOutputs: { reservation: 'R-17-204' },
      });
      expect(masked.failureOutputs).toEqual({
        errorType: 'NoInputError',
        errorMessage: 'The bot said "***".',
      });
    });

    it('masks the type of a message, and the details of a failure in a result', () => {
      const mask = knowing();
      expect(mask.event({ ...message({ type: said }), type: said }).type).not.toMatch(/Anna|4930/);
      const result = {
        path: 'failure',
        cause: 'bot-error',
        reason: said,
        failureOutputs: { errorType: said, errorMessage: `Details: "${said}".` },
        warnings: [{ message: said, clause: 'AC-MSG-6', count: 4930123456 }],
      };
      const masked = mask.json(result);
      expect(JSON.stringify(masked)).not.toMatch(/Anna|\+4930|48151623/);
      expect(masked).toMatchObject({
        path: 'failure',
        cause: 'bot-error',
        warnings: [{ clause: 'AC-MSG-6' }],
      });
    });
  });

  it('keeps all keywords of messages and results, for any values of variables', () => {
    const id = '30b0e395-84d3-4570-ac13-9a62d8f514c0';
    const kept = {
      type: 'event',
      id,
      position: 'PT20.005S',
      parameters: {
        reason: 'no_input',
        language: 'en-US',
        media: [{ type: 'audio', format: 'PCMU', channels: ['external', 'internal'], rate: 8000 }],
        entities: [{ type: 'bot_turn_response', data: { disposition: 'no_match' } }],
      },
    };
    const result = {
      ...{ path: 'success', reason: 'callerHangup', cause: 'bot-error', sessionId: id },
      ...{ durationMs: 481_516, timings: { openedMs: 481_516, replyMs: [481_516] } },
    };
    const words = JSON.stringify([kept, result]).match(/[\w.-]{4,}/g);
    const mask = createPersonalDataMask();
    mask.json({ outputs: words });
    expect(JSON.parse(mask.event(message(kept)).text)).toEqual(kept);
    expect(mask.json(result)).toEqual(result);
  });

  it('masks values that overlap, and the longer of two that start alike', () => {
    const mask = createPersonalDataMask();
    mask.json({ outputs: ['abcd', 'abcdef', 'defghi', 'abcdxyz1', 'abcdxyz2'] });
    expect(mask.text('abcdefghi abcd abcdefx abcdxyz abcdxyz2 abc')).toBe('*** *** ***x ***xyz *** abc');
  });

  it('searches for values of at most MAX_SOUGHT_CHARS characters, and masks longer ones only in place', () => {
    const value = (characters: number) => `${'x'.repeat(characters - 1)}y`;
    for (const characters of [MAX_SOUGHT_CHARS, MAX_SOUGHT_CHARS + 1]) {
      const mask = createPersonalDataMask();
      expect(mask.json({ ani: value(characters) })).toEqual({ ani: '***' });
      expect(mask.text(value(characters))).toHaveLength(characters > MAX_SOUGHT_CHARS ? characters : 3);
    }
  });

  it.each([
    ['many short texts', 500, Array.from({ length: 16_000 }, () => 'a'), (n: number) => `v${100_000 + n}`],
    [
      'texts that start like values',
      500,
      Array.from({ length: 7000 }, () => 'v10010'),
      (n: number) => `v${1e5 + n}`,
    ],
    ['the start of long values', 3000, ['a'.repeat(60_000)], (n: number) => `${'a'.repeat(500)}${n}`],
    ['texts of short values', 500, Array.from({ length: 16_000 }, () => '12 13 14'), (n: number) => `${n}`],
  ])('does not stop the process for a message with %s: less than %i ms', (_, limitMs, data, value) => {
    const mask = createPersonalDataMask();
    mask.json({ ani: Array.from({ length: 450 }, (_, n) => value(n)) });
    const { user } = process.cpuUsage();
    mask.event(message({ type: 'event', parameters: { entities: [{ type: 'x', data }] } }));
    expect((process.cpuUsage().user - user) / 1000).toBeLessThan(limitMs);
  });

  it('masks numbers and names of fields that the protocol does not define, wherever they are, and keeps its counters', () => {
    const mask = createPersonalDataMask();
    const open = {
      ...{ type: 'open', seq: 481516 },
      parameters: { participant: { ani: 'tel:+4930123456' }, inputVariables: { code: '481516' } },
    };
    expect(JSON.parse(mask.event(message(open)).text)).toMatchObject({ seq: 481516 });
    const event = {
      ...{ type: 'event', seq: 481516, phone: 4930123456, '+4930123456': 1 },
      parameters: { phone: 4930123456, entities: [{ type: 'x', number: 481516, data: {} }] },
    };
    expect(JSON.parse(mask.event(message(event)).text)).toEqual({
      ...{ type: 'event', seq: 481516, phone: '***', '***': 1 },
      parameters: { phone: '***', entities: [{ type: 'x', number: '***', data: {} }] },
    });
  });

  it('searches for about MAX_SOUGHT forms at most, and masks further values only in place', () => {
    const mask = createPersonalDataMask();
    const outputs = Object.fromEntries(
      Array.from({ length: MAX_SOUGHT }, (_, n) => [`n${n}`, `value-${n}-`]),
    );
    const { outputs: left } = mask.json({ outputs });
    expect(new Set(Object.values(left))).toEqual(new Set(['***']));
    expect(mask.text('value-0-')).toBe('***');
    expect(mask.text(`value-${MAX_SOUGHT - 1}-`)).toBe(`value-${MAX_SOUGHT - 1}-`);
  });
});

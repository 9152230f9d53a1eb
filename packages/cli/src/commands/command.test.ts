import { describe, expect, it } from 'vitest';
import { parseCommand } from './command.js';

describe('a command of --stdin', () => {
  it.each([
    ['{"type":"say","wav":"a.wav"}', { type: 'say', wav: 'a.wav' }],
    ['{"type":"tone","ms":500}', { type: 'tone', hz: 440, ms: 500 }],
    ['{"type":"silence","ms":500}', { type: 'silence', ms: 500 }],
    ['{"type":"dtmf","digits":"12#"}', { type: 'dtmf', digits: '12#', gapMs: 200 }],
    ['{"gapMs":80,"type":"dtmf","digits":"A"}', { type: 'dtmf', digits: 'A', gapMs: 80 }],
    ['{"type":"hold"}', { type: 'hold' }],
    ['{"type":"resume"}', { type: 'resume' }],
    ['{"type":"language","language":"fr-CA"}', { type: 'language', language: 'fr-CA' }],
    ['{"type":"wait","ms":1}', { type: 'wait', ms: 1 }],
    [' {"type":"hangup"}\r', { type: 'hangup' }],
  ])('is parsed: %s', (line, command) => {
    expect(parseCommand(line)).toEqual(command);
  });

  it.each([
    ['hello', /not valid JSON.*an object on one line/],
    ['[1]', /got \[1\]; expected an object/],
    ['null', /got null; expected an object/],
    ['{}', /type: got nothing; expected one of say, tone/],
    ['{"type":5}', /type: got 5; expected one of/],
    ['{"type":"hangupp"}', /unknown command "hangupp" \(did you mean "hangup"\?\)/],
    ['{"type":"constructor"}', /unknown command "constructor"/],
    ['{"type":"dtmf","digit":"1"}', /dtmf: unknown field "digit" \(did you mean "digits"\?\)/],
    ['{"type":"dtmf"}', /digits: got nothing; expected keys/],
    ['{"type":"dtmf","digits":12}', /digits: got 12; expected keys as a string/],
    ['{"type":"dtmf","digits":"12x"}', /digits: got "x"/],
    ['{"type":"wait","ms":0}', /ms/],
    ['{"type":"wait","ms":"1s"}', /ms/],
    ['{"type":"tone","ms":100,"hz":9000}', /hz/],
    ['{"type":"say"}', /wav: got nothing; expected the path/],
    ['{"type":"hold","on":true}', /hold: unknown field "on"/],
  ])('is refused with a clear message: %s', (line, sentence) => {
    expect(() => parseCommand(line)).toThrow(sentence);
  });
});

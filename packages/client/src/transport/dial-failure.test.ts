import { describe, expect, it } from 'vitest';
import { dialFailure, statusFailure } from './dial-failure.js';

const WSS = 'wss://bot.example/v1';
const WS = 'ws://bot.example/v1';

/** An error of Node with this code. */
const coded = (code: string) => Object.assign(new Error(`it failed: ${code}`), { code });

describe('an error while dialling', () => {
  it.each<[string, string, boolean, string, string]>([
    ['ENOTFOUND', WSS, false, 'DIAL_DNS', 'the name bot.example cannot be resolved'],
    ['EAI_AGAIN', WS, false, 'DIAL_DNS', 'cannot be resolved'],
    ['ECONNREFUSED', WS, false, 'DIAL_REFUSED', 'no connection to bot.example'],
    ['EHOSTUNREACH', WSS, false, 'DIAL_REFUSED', 'no connection to bot.example'],
    ['EADDRNOTAVAIL', WS, false, 'DIAL_REFUSED', 'this machine has no address from which it can be reached'],
    ['EMFILE', WSS, false, 'DIAL_NO_RESOURCES', 'this process has too many open files'],
    ['ENFILE', WS, false, 'DIAL_NO_RESOURCES', 'this machine has too many open files'],
    ['ENOBUFS', WS, false, 'DIAL_NO_RESOURCES', 'no memory for another socket'],
    ['ENOMEM', WSS, true, 'DIAL_NO_RESOURCES', 'no memory for another socket'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', WSS, false, 'DIAL_TLS', 'does not speak TLS on this port'],
    ['ERR_SSL_HTTP_REQUEST', WSS, false, 'DIAL_TLS', 'does not speak TLS on this port'],
    // Only the whole code says so, and only for wss:.
    ['ERR_SSL_WRONG_VERSION_NUMBER_2', WSS, false, 'DIAL_TLS', 'failed to make a TLS connection'],
    ['CERT_HAS_EXPIRED', WSS, false, 'DIAL_TLS', 'has expired'],
    ['CERT_NOT_YET_VALID', WSS, false, 'DIAL_TLS', 'is not valid yet'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', WSS, false, 'DIAL_TLS', 'for another name'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', WSS, false, 'DIAL_TLS', 'signed by no authority known here'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', WSS, false, 'DIAL_TLS', 'whole chain'],
    ['EPROTO', WSS, false, 'DIAL_TLS', 'failed to make a TLS connection'],
    ['ECONNRESET', WSS, false, 'DIAL_TLS', 'during the TLS handshake'],
    ['ECONNRESET', WSS, true, 'DIAL_BAD_UPGRADE', 'before it answered the handshake (ECONNRESET)'],
    [
      'ECONNRESET',
      WS,
      false,
      'DIAL_BAD_UPGRADE',
      'answered the handshake; if it is a TLS endpoint, use wss://',
    ],
    ['EPIPE', WSS, true, 'DIAL_BAD_UPGRADE', 'ended the connection before it answered'],
    ['ECONNABORTED', WSS, true, 'DIAL_BAD_UPGRADE', 'ended the connection before it answered'],
    ['HPE_HEADER_OVERFLOW', WS, false, 'DIAL_BAD_UPGRADE', 'headers that exceed the maximum size'],
    ['HPE_INVALID_CONSTANT', WS, false, 'DIAL_BAD_UPGRADE', 'a response that is not HTTP'],
    ['OWN_HPE_ERROR', WS, false, 'DIAL_BAD_UPGRADE', 'an invalid response to the WebSocket handshake'],
    ['UNHEARD_OF', WSS, true, 'DIAL_BAD_UPGRADE', 'an invalid response to the WebSocket handshake'],
  ])('%s at %s (TLS complete: %s) is %s', (code, url, secured, expected, text) => {
    const error = dialFailure(coded(code), url, secured);
    expect(error.code).toBe(expected);
    expect(error.message).toContain(text);
    expect(error.message).toContain(`(${code})`);
  });

  it.each([
    ['tlsv1 alert protocol version', 'offer TLS 1.2 or 1.3'],
    ['unsupported protocol', 'offer TLS 1.2 or 1.3'],
    ['tlsv13 alert certificate required', 'requires a client certificate'],
    ['tlsv1 unrecognized name', 'has no certificate for the host'],
    ['sslv3 alert handshake failure', 'shares a cipher suite with current clients'],
    ['tlsv1 alert internal error', 'check the TLS configuration of the endpoint'],
  ])('of OpenSSL names its reason and cure: %s', (reason, cure) => {
    const text = `write EPROTO 40F7:error:0A00042E:SSL routines:ssl3_read_bytes:${reason}:../ssl/rec_layer_s3.c:1605:SSL alert number 70`;
    const inMessage = Object.assign(new Error(text), { code: 'EPROTO' });
    const inField = Object.assign(new Error('it failed'), { code: 'ERR_SSL_ALERT', reason });
    for (const error of [inMessage, inField]) {
      const { code, message } = dialFailure(error, WSS, false);
      expect(code).toBe('DIAL_TLS');
      expect(message).toContain(cure);
      expect(message).toContain(`: ${reason})`);
      expect(message).not.toContain('public authority');
    }
  });

  it.each([
    [
      'Server sent a subprotocol but none was requested',
      'Sec-WebSocket-Protocol: audiohook',
      'AC-CONN-5',
      'the WebSocket subprotocol "audiohook"',
    ],
    [
      'Server sent a Sec-WebSocket-Extensions header but no extension was requested',
      'Sec-WebSocket-Extensions: permessage-deflate',
      'AC-CONN-6',
      'the WebSocket extension "permessage-deflate"',
    ],
    [
      'Invalid Sec-WebSocket-Accept header',
      'Sec-WebSocket-Accept: abc=',
      undefined,
      'Sec-WebSocket-Accept "abc="',
    ],
    ['Invalid Sec-WebSocket-Accept header', 'X: y', undefined, 'answered without Sec-WebSocket-Accept'],
    [
      'Invalid Sec-WebSocket-Accept header',
      'Sec-WebSocket-Accept: abc=\r\nSec-WebSocket-Accept: abc=',
      undefined,
      'with 2 headers Sec-WebSocket-Accept; send exactly one',
    ],
    ['Invalid Upgrade header', '', undefined, 'the header Upgrade "websocket"; expected'],
    ['Something else', '', undefined, 'an invalid response'],
  ])('of the handshake names the rule and the value: %s', (problem, header, clause, text) => {
    const responseHead = `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n${header}\r\n\r\n`;
    const error = dialFailure(new Error(problem), WSS, true, { responseHead });
    expect(error.message).toContain(text);
    expect(error.clause).toBe(clause);
  });

  it.each([
    ['Upgrade: h2c', 'the header Upgrade "h2c"; expected "websocket"'],
    ['Upgrade: a\r\nUpgrade: b', 'the header Upgrade "a" and "b"; expected'],
    ['X: y', 'answered with no header Upgrade; expected'],
  ])('of the handshake names the upgrade that was answered: %s', (header, text) => {
    const responseHead = `HTTP/1.1 101 Switching Protocols\r\n${header}`;
    expect(dialFailure(new Error('Invalid Upgrade header'), WSS, true, { responseHead }).message).toContain(
      text,
    );
  });

  it('is a mistake of the scheme if the other side speaks TLS, or does not', () => {
    const plain = Object.assign(new Error('ssl3_get_record:wrong version number'), { code: 'EPROTO' });
    expect(dialFailure(plain, WSS, false).message).toContain('does not speak TLS on this port');
    const answered = (...rawPacket: number[]) =>
      dialFailure(
        Object.assign(coded('HPE_INVALID_CONSTANT'), { rawPacket: Uint8Array.from(rawPacket) }),
        WS,
        false,
      ).message;
    expect(answered(0x15, 3)).toContain('speaks TLS on this port');
    expect(answered(0x16, 3)).toContain('speaks TLS on this port');
    expect(answered(0x17, 3)).toContain('is not HTTP');
    expect(answered(0x15, 4)).toContain('is not HTTP');
  });

  it('without a code is an invalid response, with its own message', () => {
    expect(dialFailure(new Error('Invalid Upgrade header'), WSS, true)).toMatchObject({
      code: 'DIAL_BAD_UPGRADE',
      message: expect.stringContaining('(Invalid Upgrade header)'),
    });
  });

  it('that is a DialError already is returned as it is', () => {
    const error = dialFailure(coded('ENOTFOUND'), WSS, false);
    expect(dialFailure(error, WS, true)).toBe(error);
  });
});

describe('an HTTP answer other than 101', () => {
  it.each([
    [401, 'null', 'DIAL_UNAUTHORIZED', 'HTTP 401; it says "null"; check API key'],
    [401, '{"reason":"unknown key."}', 'DIAL_UNAUTHORIZED', 'it says: unknown key; check API key'],
    [403, '', 'DIAL_UNAUTHORIZED', 'whether a firewall'],
    [
      404,
      '{"error":{"message":"no such bot"}}',
      'DIAL_HTTP_STATUS',
      'for /v1; it says: no such bot; check the path',
    ],
    [304, '', 'DIAL_HTTP_STATUS', 'only a cache answers so'],
    [407, '', 'DIAL_HTTP_STATUS', 'a proxy on the way requires credentials'],
    [429, '', 'DIAL_HTTP_STATUS', 'retry later'],
    [499, '', 'DIAL_HTTP_STATUS', 'it may not be an AudioHook server'],
    [500, '{', 'DIAL_HTTP_STATUS', 'it says "{"; the bot failed: check its log'],
    [500, '{"reason":"\u009b31m\u202e"}', 'DIAL_HTTP_STATUS', 'it says "\\u009b31m\\u202e"; the bot'],
    [500, '<\u009b31m\u202e>', 'DIAL_HTTP_STATUS', 'it says "<\\u009b31m\\u202e>"; the bot'],
    [503, '', 'DIAL_HTTP_STATUS', 'busy, starting or shutting down'],
    [504, '', 'DIAL_HTTP_STATUS', 'a proxy in front of the bot'],
  ])('%i with the body %j', (status, body, code, text) => {
    const error = statusFailure(WSS, status, undefined, body, {});
    expect(error.code).toBe(code);
    expect(error.message).toContain(text);
  });

  it('quotes and shortens the target of a redirect', () => {
    const { message } = statusFailure(WSS, 302, `https://\u009b31m/${'x'.repeat(10_000)}`, '', {});
    expect(message).toContain('a redirect to "https://\\u009b31m/xxx');
    expect(message.length).toBeLessThan(500);
  });

  it.each([299, 300, 399, 400])('%i is a redirect from 300 to 399', (status) => {
    const { code, clause } = statusFailure(WSS, status, 'https://other.example/', '', {});
    const redirects = status >= 300 && status < 400;
    expect(code).toBe(redirects ? 'DIAL_REDIRECT' : 'DIAL_HTTP_STATUS');
    expect(clause).toBe(redirects ? 'AC-CONN-3' : undefined);
  });
});

import { randomBytes } from 'node:crypto';
import { defineIntegration, upgradeHeaders } from '@hookline/client';
import { isUuid } from '@hookline/protocol';
import { decodeSecret, headerLookup, requestSignatureBase, verify } from '@hookline/protocol/signature';
import type { Verb } from '../context.js';
import { EXIT, UsageError } from '../exit-codes.js';
import { type Credentials, parseCredentials } from '../options/credentials.js';
import { parseNumber } from '../options/parse.js';
import { type RequestHead, readRequestHead } from '../options/request-head.js';
import { type Console, createConsole, paint } from '../output/console.js';
import { shellQuote } from '../output/text.js';
import { examples, identityOptions, outputOptions } from './option-groups.js';

interface SignFlags {
  readonly apiKey?: string;
  readonly clientSecret?: string;
  readonly clientSecretFile?: string;
  readonly sign: boolean;
  readonly orgId?: string;
  readonly sessionId?: string;
  readonly verify?: string;
  readonly at?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly color: boolean;
}

/** `hookline sign URL`: prints the headers of a signed handshake, or verifies a signature. */
export const signVerb: Verb = (program, context, exit) => {
  const command = program
    .command('sign')
    .argument('<url>', 'URL of the connection')
    .option('--session-id <uuid>', 'session id; default: a new one')
    .option('--verify <file>', 'verify the request head in this file ("-" for stdin)')
    .option('--at <seconds>', 'time of the signature or the verification, in Unix seconds; default: now');
  outputOptions(identityOptions(command));
  examples(command, [
    'hookline sign wss://bots.example/v1/book --api-key K --client-secret c2VjcmV0LXNlY3JldC0xMjM0',
    'hookline sign wss://bots.example/v1/book --api-key K --client-secret-file secret.txt --json',
    'hookline sign wss://bots.example/v1/book --client-secret-file secret.txt --verify request.txt',
  ]);
  command.action(async (url: string, flags: SignFlags) => {
    const console = createConsole({ ...flags, ...context });
    const credentials = parseCredentials(flags, context.env, console.note);
    const wallMs =
      flags.at === undefined
        ? context.clock.wall()
        : parseNumber(flags.at, '--at', { min: 0, max: 2 ** 33, integer: true }) * 1000;
    if (credentials.clientSecret === undefined) {
      throw new UsageError(
        'No client secret: pass --client-secret, --client-secret-file or HOOKLINE_CLIENT_SECRET.',
      );
    }
    for (const [option, id] of [
      ['--session-id', flags.sessionId],
      ['--org-id', flags.orgId],
    ] as const) {
      if (id !== undefined && !isUuid(id))
        throw new UsageError(`${option} takes a UUID; got ${JSON.stringify(id)}.`);
    }
    const secret = decodeSecret(credentials.clientSecret);
    if (flags.verify === undefined) printSigned(url, { flags, credentials, secret, wallMs }, console);
    else {
      const head = await readRequestHead(flags.verify, '--verify', context.stdin);
      exit(printVerified(url, head, { secret, nowMs: wallMs, json: flags.json === true }, console, paint));
    }
  });
};

function printSigned(
  url: string,
  options: {
    readonly flags: SignFlags;
    readonly credentials: Credentials;
    readonly secret: Uint8Array;
    readonly wallMs: number;
  },
  console: Console,
): void {
  const { flags, credentials, secret, wallMs } = options;
  // Validates the URL and the key.
  defineIntegration({ baseConnectionUri: url, apiKey: credentials.apiKey, allowWs: true });
  const sessionId = flags.sessionId ?? crypto.randomUUID();
  const headers = upgradeHeaders(
    url,
    {
      organizationId: flags.orgId ?? crypto.randomUUID(),
      sessionId,
      correlationId: sessionId,
      apiKey: credentials.apiKey,
      secret,
    },
    wallMs,
  );
  const { host, pathname, search } = new URL(url);
  const base = baseOf(`${pathname}${search}`, host, Object.entries(headers).flat());
  if (flags.json) {
    console.json({ type: 'result', url, headers, base });
    return;
  }
  for (const [name, value] of Object.entries(headers)) console.out(`${name}: ${value}`);
  console.out(`\nSignature base:\n${base}\n`);
  console.out('Commands to copy, valid for 10 s:');
  console.out(`wscat -c ${shellQuote(url)} ${headerArguments(Object.entries(headers))}`);
  console.out(`\nor, to see the response to the upgrade:\n${curlLine(url, Object.entries(headers))}`);
}

function headerArguments(headers: readonly (readonly [string, string])[]): string {
  return headers.map(([name, value]) => `-H ${shellQuote(`${name}: ${value}`)}`).join(' ');
}

/** A curl command that sends the upgrade. An accepted WebSocket stays open, so the command ends after 3 s. */
function curlLine(url: string, headers: readonly (readonly [string, string])[]): string {
  const upgrade = [
    ['Connection', 'Upgrade'],
    ['Upgrade', 'websocket'],
    ['Sec-WebSocket-Version', '13'],
    ['Sec-WebSocket-Key', randomBytes(16).toString('base64')],
  ] as const;
  const words = headerArguments([...upgrade, ...headers]);
  return `curl --http1.1 --include --no-buffer --max-time 3 ${words} ${shellQuote(url.replace(/^ws/, 'http'))}`;
}

/** The codes of a signature that was made or ends at a wrong time. */
const OUT_OF_TIME: ReadonlySet<string> = new Set([
  'SIGNATURE_STALE',
  'SIGNATURE_FUTURE',
  'SIGNATURE_EXPIRED',
]);

function printVerified(
  url: string,
  head: RequestHead,
  given: { readonly secret: Uint8Array; readonly nowMs: number; readonly json: boolean },
  console: Console,
  colour: typeof paint,
): number {
  const { host, pathname, search } = new URL(url);
  const requestTarget = head.target ?? `${pathname}${search}`;
  const headers = headerLookup(head.rawHeaders);
  const authority = headers('host') ?? host;
  const verifyAt = (now: number) =>
    verify({
      requestTarget,
      headers,
      authority,
      apiKey: headers('x-api-key') ?? '',
      secrets: [given.secret],
      now,
    });
  const result = verifyAt(given.nowMs / 1000);
  const base = baseOf(requestTarget, authority.toLowerCase(), head.rawHeaders);
  if (given.json) console.json({ type: 'result', ...result, base });
  else {
    console.out(
      result.ok
        ? colour(console, 'green', `${console.unicode ? '✓' : 'ok'} the signature is valid`)
        : colour(console, 'red', `${console.unicode ? '✗' : 'x'} ${result.code}: ${result.reason}`),
    );
    const [, created] = /;\s*created=(\d+)/.exec(headers('signature-input') ?? '') ?? [];
    if (created !== undefined && !result.ok && OUT_OF_TIME.has(result.code)) {
      // A stored request is mostly verified for what it signs: its age says nothing about that.
      const then = verifyAt(Number(created));
      const found = then.ok ? 'the signature is valid' : `${then.code}: ${then.reason}`;
      console.out(`When it was created (--at ${created}): ${found}`);
    }
    if (base !== undefined) console.out(`\nSignature base of this request:\n${base}`);
  }
  if (result.ok) return EXIT.success;
  if (given.json)
    console.err(JSON.stringify({ error: { code: EXIT.expectationFailed, message: result.reason } }));
  else console.err(`hookline: the signature is not valid: ${result.code}`);
  return EXIT.expectationFailed;
}

/** The signature base of a request, or undefined if its Signature-Input cannot be parsed. */
function baseOf(requestTarget: string, authority: string, rawHeaders: readonly string[]): string | undefined {
  try {
    return requestSignatureBase({ requestTarget, authority, headers: headerLookup(rawHeaders) });
  } catch {
    return undefined;
  }
}

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeWav } from '@hookline/audio';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CERT, KEY } from '../../client/test/self-signed.js';
import { hookline } from './hookline.js';

const cwd = mkdtempSync(join(tmpdir(), 'hookline-flags-'));
const wav = writeWav({ codec: 'mulaw', rate: 8000, channels: 1, data: new Uint8Array(8000).fill(0x55) });

beforeAll(() => {
  mkdirSync(join(cwd, 'dir'));
  writeFileSync(join(cwd, 'text.pem'), 'hello\n');
  writeFileSync(join(cwd, 'empty.pem'), '');
  writeFileSync(join(cwd, 'broken.pem'), '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n');
  writeFileSync(join(cwd, 'cert.pem'), CERT);
  writeFileSync(join(cwd, 'key.pem'), KEY);
  writeFileSync(
    join(cwd, 'encrypted.pem'),
    '-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIB\n-----END ENCRYPTED PRIVATE KEY-----\n',
  );
  writeFileSync(
    join(cwd, 'hookline.config.json'),
    JSON.stringify({ profiles: { bad: { url: 'ws://127.0.0.1:9/x', orgId: 'x' } } }),
  );
  writeFileSync(join(cwd, 'bad.load.yaml'), 'url: x\n');
  writeFileSync(join(cwd, 'cut.wav'), wav.subarray(0, 4000));
  writeFileSync(
    join(cwd, 'silent.wav'),
    writeWav({ codec: 'mulaw', rate: 8000, channels: 1, data: new Uint8Array(0) }),
  );
});
afterAll(() => rmSync(cwd, { recursive: true }));

const URL_ = 'ws://127.0.0.1:9/x';
const env = { HOOKLINE_CLIENT_SECRET: '!!' };

/** Arguments, and what the error begins with. */
type Mistake = [line: string, message: string, env?: Record<string, string>];

const MISTAKES: Mistake[] = [
  ['call U --org-id=x', '--org-id is "x"; expected a UUID.'],
  ['probe U --org-id=x', '--org-id is "x"'],
  ['load U --org-id=x', '--org-id is "x"'],
  ['check U --org-id=x', '--org-id is "x"'],
  ['call U --api-key=', '--api-key: it is empty; enter the API key'],
  ['call U', 'HOOKLINE_API_KEY is empty; set it', { HOOKLINE_API_KEY: '' }],
  ['call U', 'HOOKLINE_CLIENT_SECRET is empty; set it', { HOOKLINE_CLIENT_SECRET: '' }],
  ['check U', 'HOOKLINE_CLIENT_SECRET is empty; set it', { HOOKLINE_CLIENT_SECRET: '' }],
  [
    'serve parrot --port=0 --api-key=k',
    'HOOKLINE_CLIENT_SECRET is empty; set it',
    { HOOKLINE_CLIENT_SECRET: '' },
  ],
  ['call U --api-key=ü', '--api-key: it is not a string of printable'],
  ['call U', 'HOOKLINE_API_KEY: it is not a string', { HOOKLINE_API_KEY: 'a b' }],
  ['call U --quiet --client-secret=!!', '--client-secret: it contains a character'],
  ['check U --client-secret=!!', '--client-secret: it contains a character'],
  ['sign U --quiet --client-secret=!!', '--client-secret: it contains a character'],
  ['call U', 'HOOKLINE_CLIENT_SECRET: it contains a character', env],
  ['load U', 'HOOKLINE_CLIENT_SECRET: it contains a character', env],
  ['call --profile bad', 'The orgId of the profile is "x"'],
  ['load bad.load.yaml', 'The URL is "x"'],
  ['call U --conversation-id=abc', '--conversation-id is "abc"; expected a UUID'],
  ['call U --language=xx-yy-zz!', '--language is "xx-yy-zz!"; expected a BCP 47'],
  ['call U --output=', '--output takes the name of an output variable; got "".'],
  ['call x', 'The URL is "x"; expected a URL'],
  ['probe http://h/x', 'The URL is "http://h/x"; expected a URL whose scheme is wss'],
  ['probe ws://localhost/x/..', 'The URL is "ws://localhost/x/.."; expected a URL that is dialled as it is'],
  [
    'call --base-uri ws://localhost/x --connector-id ..',
    '--connector-id is "ws://localhost/x/.."; expected a URL that is dialled as it is written',
  ],
  [
    'check --base-uri ws://localhost/x --connector-id ..',
    '--connector-id is "ws://localhost/x/.."; expected a URL that is dialled as it is written',
  ],
  ['call --base-uri x', '--base-uri is "x"'],
  ['check --base-uri x --connector-id y', '--base-uri is "x"'],
  [
    'call ws://8.8.8.8/x',
    'The URL: ws://8.8.8.8 is a public host without encryption, which Genesys Cloud does not dial; use wss, or pass --allow-ws for a test.',
  ],
  ['call --base-uri ws://127.0.0.1:9 --connector-id x#y', '--connector-id is "ws://127.0.0.1:9/x#y"'],
  ['studio --no-open --port 0 ws://', 'The URL is "ws://"'],
  [
    'load localhost:8080',
    '"localhost:8080" is neither a URL such as ws://localhost:8080/book nor a load file',
  ],
  ['load U --duration=0s', '--duration takes a time above 0; got "0s".'],
  ['load U --threshold=x', '--threshold: "x" is not a threshold'],
  ['load merge cut.wav --threshold=x', '--threshold: "x" is not a threshold'],
  ['load U --wav=nofile', '--wav: nofile cannot be played'],
  ['load U --tts=x', '--tts needs --scenario'],
  ['serve parrot --port=0 --api-key=k --client-secret=!!', '--client-secret: it contains a character'],
  ['serve parrot --port=0 --api-key=', '--api-key: it is empty'],
  ['serve parrot --port=0 --no-auth --host=', '--host is "";'],
  ['serve redirects --port=0 --api-key=k --client-secret=!!', '--client-secret: it contains a character'],
  ['serve redirects --port=0 --api-key=', '--api-key: it is empty'],
  ['serve redirects --port=0 --no-auth --host=', '--host is "";'],
  ['serve parrot --port=0', 'HOOKLINE_API_KEY: it has characters', { HOOKLINE_API_KEY: 'k\n' }],
  ['call U --ca=broken.pem', '--ca: "broken.pem" contains a certificate that cannot be read'],
  [
    'record --listen=:0 --forward-to=ws://h --cert=empty.pem --key=key.pem',
    '--cert: "empty.pem" contains no certificate',
  ],
  [
    'record --listen=:0 --forward-to=ws://h --cert=broken.pem --key=key.pem',
    '--cert: "broken.pem" contains a certificate that cannot be read',
  ],
  [
    'record --listen=:0 --forward-to=ws://h --cert=cert.pem --key=text.pem',
    '--key: "text.pem" contains no private key',
  ],
  [
    'record --listen=:0 --forward-to=ws://h --cert=cert.pem --key=empty.pem',
    '--key: "empty.pem" contains no private key',
  ],
  [
    'record --listen=:0 --forward-to=ws://h --cert=cert.pem --key=encrypted.pem',
    '--key: "encrypted.pem" is encrypted',
  ],
];

describe('an error of a package names what the user typed:', () => {
  test.each<Mistake>(MISTAKES)('%s', async (line, message, variables = {}) => {
    const args = line.split(' ').map((word) => (word === 'U' ? URL_ : word));
    const { code, stderr, stdout } = await hookline(args, { cwd, env: variables });
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(`hookline: ${message}`);
    expect(stderr).not.toMatch(/Uint8Array|baseConnectionUri|organizationId|allowWs/);
  });
});

describe('a WAV file that', () => {
  test.each(['--wav', '--barge-in', '--noise'])(
    'is cut off is played as far as it goes, with a warning: %s',
    async (flag) => {
      const args = [
        'call',
        URL_,
        '--no-sign',
        '--trace',
        'off',
        flag,
        flag === '--noise' ? 'cut.wav@10dB' : 'cut.wav',
      ];
      if (flag === '--noise') args.push('--tone', '500');
      const { stderr } = await hookline(args, { cwd });
      expect(stderr).toMatch(
        new RegExp(
          `^${flag}: "cut.wav" is cut off: its header promises more audio than the 0\\.\\d+ s that it contains`,
        ),
      );
    },
  );

  test('contains no audio is played, with a warning', async () => {
    const run = await hookline(['call', URL_, '--no-sign', '--trace', 'off', '--wav', 'silent.wav'], { cwd });
    expect(run.stderr).toMatch(/^--wav: "silent.wav" contains no audio/);
  });

  test('is cut off is reported by load, too', async () => {
    const { stderr } = await hookline(
      ['load', URL_, '--no-sign', '--calls', '1', '--rate', '100', '--wav', 'cut.wav'],
      { cwd },
    );
    expect(stderr).toMatch(/^--wav: "cut.wav" is cut off/);
  });
});

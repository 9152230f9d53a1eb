import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readWav } from '@hookline/audio';
import { phrase } from '@hookline/bots';
import { clause } from '@hookline/protocol';
import { afterAll, describe, expect, test } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { hookline } from './hookline.js';

const cwd = mkdtempSync(join(tmpdir(), 'hookline-mistakes-'));
const servers: WebSocketServer[] = [];
afterAll(() => {
  for (const server of servers) {
    for (const socket of server.clients) socket.terminate();
    server.close();
  }
  rmSync(cwd, { recursive: true });
});

/** A message of the caller. */
interface Received {
  readonly type: string;
  readonly id: string;
  readonly seq: number;
  readonly parameters: { readonly media: readonly object[] };
}

/** A minimal correct bot. Each test overrides one method with a mistake. */
class Bot {
  seq = 0;
  clientseq = 0;
  id = '';
  readonly socket: WebSocket;

  constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (bytes, binary) => {
      if (binary) return;
      const message: Received = JSON.parse(String(bytes));
      this.clientseq = message.seq;
      this.id = message.id;
      switch (message.type) {
        case 'open':
          return this.opened(message);
        case 'ping':
          return this.pong();
        case 'playback_completed':
          return this.done();
        case 'close':
          return this.closed();
      }
    });
  }

  opened({ parameters }: Received): void {
    this.send('opened', { startPaused: false, media: parameters.media.slice(0, 1) });
    this.play();
  }

  /** 1.5 s of a soft tone in frames of 250 ms, all at once: long enough for a ping. */
  play(): void {
    for (let k = 0; k < 6; k++) this.socket.send(Buffer.from(TONE.subarray(0, 2000)));
  }

  pong(): void {
    this.send('pong');
  }

  done(): void {
    this.send('disconnect', { reason: 'completed', outputVariables: this.outputs() });
  }

  outputs(): Record<string, unknown> {
    return { ok: 'true' };
  }

  closed(): void {
    this.send('closed');
  }

  send(type: string, parameters?: object, more: object = {}): void {
    this.seq += 1;
    const { id, seq, clientseq } = this;
    this.socket.send(
      JSON.stringify({ version: '2', type, id, seq, clientseq, parameters: parameters ?? {}, ...more }),
    );
  }
}

/** 500 Hz in µ-law, the period of which is 16 samples. */
const TONE = Uint8Array.from({ length: 8000 }, (_, k) => {
  const wave = [
    0xff, 0xbb, 0xb0, 0xac, 0xab, 0xac, 0xb0, 0xbb, 0xff, 0x3b, 0x30, 0x2c, 0x2b, 0x2c, 0x30, 0x3b,
  ];
  return wave[k % 16] ?? 0xff;
});

async function serve(create: (socket: WebSocket) => Bot): Promise<string> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  server.on('connection', create);
  servers.push(server);
  const address = server.address();
  return `ws://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/bot`;
}

const call = (url: string, ...more: string[]) =>
  hookline(['call', url, '--no-sign', '--trace', 'off', ...more], { cwd });

/** A text without line breaks. */
const unwrapped = (text: string) => text.replace(/\s+/g, ' ');

const MISTAKES: readonly [string, string, RegExp, number, (socket: WebSocket) => Bot][] = [
  [
    'whose pong has no parameters',
    'AC-MSG-3',
    /parameters/,
    6,
    (socket) =>
      new (class extends Bot {
        override pong(): void {
          this.send('pong', {}, { parameters: undefined });
        }
      })(socket),
  ],
  [
    'with a wrong seq',
    'AC-MSG-6',
    /expected 2/,
    6,
    (socket) =>
      new (class extends Bot {
        override pong(): void {
          this.seq = 9;
          super.pong();
        }
      })(socket),
  ],
  [
    'whose opened has no startPaused',
    'AC-OPEN-5',
    /startPaused/,
    0,
    (socket) =>
      new (class extends Bot {
        override opened({ parameters }: Received): void {
          this.send('opened', { media: parameters.media.slice(0, 1) });
          this.play();
        }
      })(socket),
  ],
  [
    'that sends PCM16 instead of µ-law',
    'AC-AUDIO-1',
    /16-bit linear samples.*Convert 16-bit samples to G\.711 µ-law/,
    0,
    (socket) =>
      new (class extends Bot {
        override play(): void {
          const { samples } = readWav(phrase('hello').bytes);
          this.socket.send(Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength));
        }
      })(socket),
  ],
  [
    'whose frames of 20 ms arrive too late',
    'AC-RATE-2',
    /more often than the platform allows/,
    0,
    (socket) =>
      new (class extends Bot {
        #sent = 0;
        override play(): void {
          const next = () => {
            this.socket.send(Buffer.from(TONE.subarray(0, 160)));
            this.#sent += 1;
            if (this.#sent < 60) setTimeout(next, 23);
          };
          next();
        }
        override done(): void {
          if (this.#sent >= 60) super.done();
        }
      })(socket),
  ],
  [
    'whose pong has another id',
    'AC-MSG-4',
    /id/,
    6,
    (socket) =>
      new (class extends Bot {
        override pong(): void {
          this.send('pong', {}, { id: crypto.randomUUID() });
        }
      })(socket),
  ],
  [
    'whose outputs are not strings',
    'AC-OUT-2',
    /"count".*strings/,
    0,
    (socket) =>
      new (class extends Bot {
        override outputs(): Record<string, unknown> {
          return { ok: 'true', count: 3 };
        }
      })(socket),
  ],
  [
    'that does not send closed',
    'AC-CLOSE-2',
    /closed did not arrive/,
    0,
    (socket) =>
      new (class extends Bot {
        override closed(): void {}
      })(socket),
  ],
];

describe('a bot', () => {
  test.concurrent.each(MISTAKES)(
    '%s breaks %s, which is reported once, with effect and fix, in 80 columns',
    { timeout: 60_000 },
    async (_, id, seen, code, create) => {
      const url = await serve(create);
      const run = await call(url, '--ladder');
      expect([run.code, run.stdout]).toEqual([code, expect.any(String)]);
      const [ladder = '', summary = ''] = run.stdout.split(/^(?= [✓✗!] )/m);
      expect(
        Math.max(...`${run.stdout}${run.stderr}`.split('\n').map((line) => line.length)),
      ).toBeLessThanOrEqual(80);
      expect(ladder.split('\n').length).toBeLessThan(45);
      const text = unwrapped(summary);
      const { effect, fix } = clause(clauses(id));
      expect(text).toContain(`effect ${effect} fix ${fix}`);
      expect(text.split(effect)).toHaveLength(2);
      expect(text).toMatch(seen);
      expect(text).toMatch(/^ [✗!] (success|failure) path, \d rules? broken /);
      expect(summary).toContain(`   ${id}`);
      expect(text).not.toMatch(/encodeMulaw|decodeL16|String\(/);
    },
  );

  test.concurrent('without a mistake has a green mark and no finding', async () => {
    const run = await call(await serve((socket) => new Bot(socket)));
    expect([run.code, run.stdout, run.stderr]).toEqual([
      0,
      expect.stringMatching(
        /^ ✓ success path · \d\.\d s · outputs ok="true"\n {3}heard at .*\n +\d\.\d{3} s +\d\.\d+ s\n$/,
      ),
      '',
    ]);
  });

  test.concurrent('whose audio runs out has a note about the gaps', async () => {
    const [, , , , create = (socket: WebSocket) => new Bot(socket)] = MISTAKES[4] ?? [];
    const run = await call(await serve(create), '--ladder');
    expect(unwrapped(run.stdout)).toMatch(/choppy: \d\d gaps.*send audio ahead/);
    expect(run.stdout.match(/playback_started/g)?.length).toBeLessThan(6);
  });

  test.concurrent('without a mistake passes --strict; with one it fails', async () => {
    const good = await call(await serve((socket) => new Bot(socket)), '--strict');
    expect(good.code).toBe(0);
    const [, , , , create = (socket: WebSocket) => new Bot(socket)] = MISTAKES[6] ?? [];
    const bad = await call(await serve(create), '--strict');
    expect([bad.code, bad.stderr]).toEqual([
      1,
      'hookline: 1 expectation not met: expected broken rules 0, got 1\n',
    ]);
    expect(bad.stdout).toMatch(/^ ✗ success path, 1 expectation not met, 1 rule broken/);
  });

  test.concurrent.each([
    ['that does not send closed', 'AC-CLOSE-2'],
    ['whose opened has no startPaused', 'AC-OPEN-5'],
  ])(
    '%s has the same result in call and probe, with and without --strict',
    { timeout: 60_000 },
    async (mistake, id) => {
      const [, , , , create = (socket: WebSocket) => new Bot(socket)] =
        MISTAKES.find(([name]) => name === mistake) ?? [];
      const url = await serve(create);
      const runs = await Promise.all([
        call(url),
        call(url, '--strict'),
        hookline(['probe', url, '--no-sign'], { cwd }),
        hookline(['probe', url, '--no-sign', '--strict'], { cwd }),
      ]);
      expect(runs.map(({ code }) => code)).toEqual([0, 1, 0, 1]);
      for (const { stdout } of runs) {
        expect(stdout).toContain(`   ${id}  `);
        expect(unwrapped(stdout)).toContain(`(${clause(clauses(id)).basis})`);
      }
    },
  );
});

describe('a bot that does not answer the close of a caller who hangs up', () => {
  class Silent extends Bot {
    override play(): void {}
    override closed(): void {}
  }

  test.concurrent('breaks AC-CLOSE-2 in the verdict of the call', { timeout: 60_000 }, async () => {
    const url = await serve((socket) => new Silent(socket));
    const hangUp = ['--silence', '--hangup-after', '200ms'];
    const [lenient, strict] = await Promise.all([call(url, ...hangUp), call(url, ...hangUp, '--strict')]);
    expect([lenient.code, strict.code, strict.stderr]).toEqual([
      0,
      1,
      'hookline: 1 expectation not met: expected broken rules 0, got 1\n',
    ]);
    for (const { stdout } of [lenient, strict]) expect(stdout).toContain('   AC-CLOSE-2  ');
  });
});

/** The id as the protocol's types know it. */
function clauses(id: string): Parameters<typeof clause>[0] {
  return id as Parameters<typeof clause>[0];
}

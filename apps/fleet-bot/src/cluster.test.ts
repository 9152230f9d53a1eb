import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Call, callAudioConnector, defineIntegration } from '@hookline/client';
import { describe, expect, type TestContext, test } from 'vitest';
import { freePort } from '#free-port';

const SECRET = Buffer.from('a client secret for this test only').toString('base64');

const BUILT = fileURLToPath(new URL('../dist', import.meta.url));

/** A copy of the built cluster, whose next release may be a bad one. */
class Release {
  readonly folder = mkdtempSync(join(tmpdir(), 'hookline-fleet-'));

  constructor({ onTestFinished }: TestContext) {
    onTestFinished(() => rmSync(this.folder, { recursive: true, force: true }));
    cpSync(BUILT, this.folder, { recursive: true });
    writeFileSync(join(this.folder, 'package.json'), '{"type":"module"}');
    symlinkSync(
      fileURLToPath(new URL('../../../node_modules', import.meta.url)),
      join(this.folder, 'node_modules'),
    );
  }

  /** From now on no worker starts; each says so. */
  break(): void {
    this.#replace("console.log('A bad release'); process.exit(1);");
  }

  /** From now on workers say that they start, and stay like that, except the first one of a cluster. */
  startOnlyOne(): void {
    copyFileSync(join(BUILT, 'serve.js'), join(this.folder, 'good.js'));
    this.#replace(`import cluster from 'node:cluster';
      if (cluster.worker.id === 1) await import('./good.js');
      else setInterval(() => {}, 60_000, console.log('A bad release'));`);
  }

  /** From now on workers are told to drain just when they open their port. */
  drainAtListen(): void {
    copyFileSync(join(BUILT, 'serve.js'), join(this.folder, 'good.js'));
    this.#replace(`import { Server } from 'node:net';
      const { listen } = Server.prototype;
      Server.prototype.listen = function (...args) {
        process.kill(process.pid, 'SIGUSR2');
        return listen.apply(this, args);
      };
      await import('./good.js');`);
  }

  #replace(script: string): void {
    writeFileSync(join(this.folder, 'serve.js'), script);
  }

  repair(): void {
    copyFileSync(join(BUILT, 'serve.js'), join(this.folder, 'serve.js'));
  }
}

/** The built cluster, by default with one worker, in its own process group, as a process manager starts it. */
class Cluster {
  readonly #port: number;
  readonly #primary: ChildProcess;
  readonly #exited: Promise<unknown>;
  readonly #waiting = new Set<() => void>();
  /** How many workers have listened. */
  started = 0;
  /** How many workers of a bad release have started. */
  failed = 0;
  errors = '';

  private constructor({ onTestFinished }: TestContext, port: number, folder: string, workers: number) {
    this.#port = port;
    this.#primary = spawn(process.execPath, [join(folder, 'cluster.js')], {
      env: {
        ...process.env,
        PORT: String(port),
        CLIENT_SECRET: SECRET,
        WORKERS: String(workers),
        DRAIN_SECONDS: '50',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    const primary = this.#primary;
    this.#exited = once(primary, 'exit');
    onTestFinished(() => {
      // The whole group: a worker outlives its primary.
      if (primary.exitCode === null) process.kill(-(primary.pid ?? 0), 'SIGKILL');
    });
    if (!primary.stdout || !primary.stderr) throw new Error('the cluster has no streams');
    createInterface({ input: primary.stdout }).on('line', (line) => {
      if (line.startsWith('An instance listens')) this.started += 1;
      if (line === 'A bad release') this.failed += 1;
      for (const look of this.#waiting) look();
    });
    primary.stderr.on('data', (text: Buffer) => {
      this.errors += text;
      for (const look of this.#waiting) look();
    });
  }

  static async start(context: TestContext, folder = BUILT, workers = 1): Promise<Cluster> {
    const cluster = new Cluster(context, await freePort(), folder, workers);
    await cluster.workers(1);
    return cluster;
  }

  /** Waits until this many workers have listened since the start. */
  workers(count: number): Promise<void> {
    return this.until(() => this.started >= count);
  }

  /** Waits until the output of the cluster has made a condition true. */
  until(isTrue: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (!isTrue()) return;
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
      look();
    });
  }

  signal(name: NodeJS.Signals): void {
    this.#primary.kill(name);
  }

  /** A call that the bot ends after `waitMs`, or at a key. */
  call(waitMs: number): Call {
    return callAudioConnector({
      integration: defineIntegration({
        baseConnectionUri: `ws://127.0.0.1:${this.#port}/v1`,
        apiKey: 'fleet',
        clientSecret: SECRET,
      }),
      inputs: { waitMs: String(waitMs) },
      outputs: 'all',
    });
  }

  /** Resolves when a call has been answered, and would go on beyond the test. */
  async liveCall(): Promise<Call> {
    const call = this.call(60_000);
    await new Promise<void>((resolve) => void call.on('state', (state) => state === 'open' && resolve()));
    return call;
  }

  /** Makes a short call. Resolves with the process id of the worker that answered; undefined if none did. */
  async answeredBy(): Promise<string | undefined> {
    const result = await this.call(1).result;
    return result.path === 'success' ? result.outputs['instance'] : undefined;
  }

  /** Waits until no worker listens. */
  async closed(): Promise<void> {
    while ((await this.answeredBy()) !== undefined);
  }

  /** Resolves with the exit code. */
  async exit(): Promise<number | null> {
    await this.#exited;
    return this.#primary.exitCode;
  }
}

/** Ends a live call with a key, as its caller would much later. */
async function finish(call: Call): Promise<void> {
  await call.sendDtmf('1');
  expect(await call.result).toMatchObject({ path: 'success', outputs: { digits: '1' } });
}

describe.concurrent('a cluster', () => {
  test('keeps the calls of a draining worker when it is restarted again, and starts it no second successor', async (context) => {
    const cluster = await Cluster.start(context);
    const call = await cluster.liveCall();
    for (const workers of [2, 3]) {
      cluster.signal('SIGHUP');
      await cluster.workers(workers);
    }
    await cluster.answeredBy();
    await finish(call);
    cluster.signal('SIGTERM');
    expect(await cluster.exit()).toBe(0);
    expect(cluster.started).toBe(3);
  });

  test('keeps the calls of a draining worker when it is stopped', async (context) => {
    const cluster = await Cluster.start(context);
    const call = await cluster.liveCall();
    cluster.signal('SIGHUP');
    await cluster.workers(2);
    await cluster.answeredBy();
    cluster.signal('SIGTERM');
    await cluster.closed();
    await finish(call);
    expect(await cluster.exit()).toBe(0);
  });

  test.for(['SIGTERM', 'SIGINT'] as const)(
    'keeps its calls when %s reaches a worker before its primary, as from systemd or a terminal',
    async (signal, context) => {
      const cluster = await Cluster.start(context);
      const worker = await cluster.answeredBy();
      const call = await cluster.liveCall();
      process.kill(Number(worker), signal);
      await cluster.closed();
      cluster.signal(signal);
      await finish(call);
      expect(await cluster.exit()).toBe(0);
    },
  );

  test('keeps its calls when it is stopped before all workers have started, and starts no more', async (context) => {
    const release = new Release(context);
    release.startOnlyOne();
    const cluster = await Cluster.start(context, release.folder, 4);
    await cluster.until(() => cluster.failed === 1);
    const call = await cluster.liveCall();
    cluster.signal('SIGTERM');
    await cluster.closed();
    await finish(call);
    expect(await cluster.exit()).toBe(0);
    expect([cluster.started, cluster.failed, cluster.errors]).toEqual([1, 1, '']);
  });

  test('drains a worker that is told so while it opens its port', async (context) => {
    const release = new Release(context);
    release.drainAtListen();
    const cluster = await Cluster.start(context, release.folder);
    expect(await cluster.exit()).toBe(0);
    expect(cluster.errors).toBe('');
  });

  test('does not grow when it is told to restart during a restart', async (context) => {
    const cluster = await Cluster.start(context);
    cluster.signal('SIGHUP');
    // The primary accepts the connection of this call, after the signal.
    await cluster.answeredBy();
    cluster.signal('SIGHUP');
    await cluster.workers(3);
    // Two workers would take turns.
    await context.expect
      .poll(async () => {
        const [first, second] = [await cluster.answeredBy(), await cluster.answeredBy()];
        return first !== undefined && first === second;
      })
      .toBe(true);
    cluster.signal('SIGTERM');
    expect(await cluster.exit()).toBe(0);
  });

  test('goes on with its workers after a release that does not start, and starts it only once', async (context) => {
    const release = new Release(context);
    const cluster = await Cluster.start(context, release.folder);
    const worker = await cluster.answeredBy();
    release.break();
    cluster.signal('SIGHUP');
    await cluster.until(() => cluster.errors.includes('the restart ended early'));
    expect(cluster.errors).toContain('a worker exited with 1 before it was listening');
    expect(await cluster.answeredBy()).toBe(worker);
    release.repair();
    cluster.signal('SIGHUP');
    await cluster.workers(2);
    expect(cluster.failed).toBe(1);
    cluster.signal('SIGTERM');
    expect(await cluster.exit()).toBe(0);
  });

  test('starts a crashed worker again, at first at once and then less and less often, until it listens', async (context) => {
    const release = new Release(context);
    const cluster = await Cluster.start(context, release.folder);
    release.break();
    const crashedAt = performance.now();
    process.kill(Number(await cluster.answeredBy()), 'SIGKILL');
    await cluster.until(() => cluster.failed === 3);
    expect(performance.now() - crashedAt).toBeGreaterThan(3000);
    release.repair();
    await cluster.workers(2);
    cluster.signal('SIGTERM');
    expect(await cluster.exit()).toBe(0);
    expect(cluster.failed).toBe(3);
  });

  test('does not start with a wrong setting, and ends with 2', async () => {
    const env = { ...process.env, CLIENT_SECRET: SECRET, DRAIN_SECONDS: '15m' };
    for (const script of ['cluster.js', 'serve.js']) {
      const ended = promisify(execFile)(process.execPath, [join(BUILT, script)], { env, timeout: 20_000 });
      await expect(ended).rejects.toMatchObject({
        code: 2,
        stderr: expect.stringMatching(/^DRAIN_SECONDS is the string "15m"; .*\n$/),
      });
    }
  });
});

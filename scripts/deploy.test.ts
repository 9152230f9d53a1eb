import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { CLIENT_TIMERS } from '@hookline/protocol';
import { createBot } from '@hookline/server';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { readEnvironment } from '../apps/fleet-bot/src/environment.js';

/*
 * Without a cluster or a container runtime, these tests check values that must be consistent with each other and the
 * code.
 */
const root = fileURLToPath(new URL('..', import.meta.url));
const text = (path: string) => readFileSync(join(root, path), 'utf8');
// biome-ignore lint/suspicious/noExplicitAny: manifests are asserted, not typed.
const yaml = (path: string): any =>
  parse(text(path), { uniqueKeys: true, merge: path.endsWith('compose.yaml') });
const kubernetes = (name: string) => yaml(`deploy/kubernetes/${name}.yaml`);

const deployment = kubernetes('deployment');
const pod = deployment.spec.template.spec;
const [container] = pod.containers;
const env = Object.fromEntries(
  container.env.map(({ name, value }: { name: string; value: unknown }) => [name, value]),
);
const drainSeconds = Number(env.DRAIN_SECONDS);
const settings = text('apps/fleet-bot/src/environment.ts');
const label = { 'app.kubernetes.io/name': 'hookline-bot' };

/** Expects a pod to end no call before its time: neither the drain nor the grace period is shorter than the longest call. */
function expectCallsToEnd(spec: typeof pod, drainMs: number): void {
  const [bot] = spec.containers;
  const [sleep, seconds] = bot.lifecycle.preStop.exec.command;
  expect(sleep).toBe('sleep');
  expect(drainMs).toBeGreaterThanOrEqual(CLIENT_TIMERS.maxDurationMs);
  expect(spec.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(Number(seconds) + drainMs / 1000 + 10);
  // The readiness probe needs this long before SIGTERM.
  const { periodSeconds, failureThreshold } = bot.readinessProbe;
  expect(Number(seconds)).toBeGreaterThan(2 * periodSeconds * failureThreshold);
}

describe('the Kubernetes manifests', () => {
  test('are all listed in the base, each with its kind', () => {
    const { resources, images } = kubernetes('kustomization');
    const files = readdirSync(join(root, 'deploy/kubernetes')).filter(
      (name) => name !== 'kustomization.yaml',
    );
    expect([...resources].sort()).toEqual(files.sort());
    const kinds = files
      .map((name) => yaml(`deploy/kubernetes/${name}`))
      .map(({ apiVersion, kind }) => `${apiVersion} ${kind}`);
    expect(kinds.sort()).toEqual([
      'apps/v1 Deployment',
      'autoscaling/v2 HorizontalPodAutoscaler',
      'policy/v1 PodDisruptionBudget',
      'v1 Service',
    ]);
    expect(images[0].name).toBe(container.image);
  });

  test('select the pods of the deployment', () => {
    expect(deployment.spec.template.metadata.labels).toEqual(label);
    expect(deployment.spec.selector.matchLabels).toEqual(label);
    expect(kubernetes('service').spec.selector).toEqual(label);
    expect(kubernetes('disruption-budget').spec.selector.matchLabels).toEqual(label);
    const { scaleTargetRef } = kubernetes('autoscaler').spec;
    expect(scaleTargetRef).toEqual({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      name: deployment.metadata.name,
    });
  });

  test('let the longest call end: the drain is longer than a call, and the grace period longer than preStop and drain', () => {
    expectCallsToEnd(pod, drainSeconds * 1000);
  });

  test('and the example in the README let the longest call end', () => {
    const readme = text('packages/server/README.md');
    const [, drainMs = '', block = ''] =
      /\nKubernetes, with `[^`]*drainMs: ([\d_]+)[\s\S]*?```yaml\n([\s\S]*?)```/.exec(readme) ?? [];
    const { spec } = parse(block);
    expectCallsToEnd(spec, Number(drainMs.replaceAll('_', '')));
    expect(spec.containers[0].readinessProbe.httpGet.path).toBe('/readyz');
    expect(spec.containers[0].livenessProbe.httpGet.path).toBe('/healthz');
  });

  test('probe readiness and liveness at paths and the port that the bot serves', () => {
    expect(container.readinessProbe.httpGet.path).toBe('/readyz');
    expect(container.livenessProbe.httpGet.path).toBe('/healthz');
    expect(container.livenessProbe.failureThreshold).toBeGreaterThan(1);
    const [{ name, containerPort }] = container.ports;
    for (const probe of [container.readinessProbe, container.livenessProbe])
      expect(probe.httpGet.port).toBe(name);
    expect(kubernetes('service').spec.ports[0].targetPort).toBe(name);
    expect(text('deploy/Dockerfile')).toContain(`PORT=${containerPort}`);
  });

  test('replace pods one by one, and start the new one first', () => {
    expect(deployment.spec.strategy.rollingUpdate).toEqual({ maxUnavailable: 0, maxSurge: 1 });
    expect(kubernetes('disruption-budget').spec.maxUnavailable).toBe(1);
    expect(deployment.spec).not.toHaveProperty('replicas');
  });

  test('scale by calls before a pod is full, up at once and down not faster than calls end', () => {
    const { metrics, behavior, minReplicas } = kubernetes('autoscaler').spec;
    const [{ pods }] = metrics;
    expect(createBot({ auth: { k: null } }, () => {}).metrics()).toContain(`\n${pods.metric.name} `);
    expect(Number(pods.target.averageValue)).toBeLessThan(0.75 * Number(env.MAX_SESSIONS));
    expect(behavior.scaleUp.stabilizationWindowSeconds).toBe(0);
    expect(behavior.scaleDown.stabilizationWindowSeconds).toBeGreaterThanOrEqual(drainSeconds);
    expect(minReplicas).toBeGreaterThanOrEqual(2);
  });

  test('run without root and with a read-only file system', () => {
    expect(pod.securityContext.runAsNonRoot).toBe(true);
    expect(container.securityContext).toMatchObject({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    expect(container.resources.limits).not.toHaveProperty('cpu');
  });

  test('set only variables that the bot reads', () => {
    const compose = yaml('deploy/compose.yaml')['x-bot'].environment;
    for (const name of [...Object.keys(env), ...Object.keys(compose)])
      expect(settings).toContain(`'${name}'`);
    for (const file of ['deploy/kubernetes/kustomization.yaml', 'deploy/README.md'])
      for (const name of ['API_KEY', 'CLIENT_SECRET', 'REDIS_URL']) expect(text(file)).toContain(name);
  });
});

describe('the compose file', () => {
  const compose = yaml('deploy/compose.yaml');

  test('lets the longest call end, and does not start without a secret', () => {
    const { drainMs } = readEnvironment({ CLIENT_SECRET: 'c2VjcmV0' });
    for (const bot of [compose.services.bot1, compose.services.bot2]) {
      expect(Number.parseInt(bot.stop_grace_period, 10)).toBeGreaterThan(drainMs / 1000 + 10);
      expect(bot.environment.CLIENT_SECRET).toMatch(/^\$\{CLIENT_SECRET:\?/);
      expect(bot.environment.REDIS_URL).toBe('redis://redis:6379');
      expect(bot.read_only).toBe(true);
    }
  });

  test('configures Redis without eviction', () => {
    expect(compose.services.redis.command.join(' ')).toContain('--maxmemory-policy noeviction');
  });

  test('uses the HAProxy configuration of the README', () => {
    const readme = text('packages/server/README.md');
    const documented = /\nHAProxy[\s\S]*?```\w*\n([\s\S]*?)```/.exec(readme)?.[1] ?? '';
    const local = text('deploy/haproxy.cfg')
      .replace(/^#.*\n/gm, '')
      .replace('bind :8080', 'bind :443 ssl crt /etc/haproxy/certs/')
      .replace('bot1:8080', '10.0.0.1:8080')
      .replace('bot2:8080', '10.0.0.2:8080');
    expect(local).toBe(documented);
  });
});

describe('a generated project', () => {
  const folder = 'packages/create-hookline/templates';

  test.each(['every', 'realtime'])('of %s lets the longest call end', (template) => {
    const [, drainMs = ''] = /drainMs: ([\d_]+)/.exec(text(`${folder}/${template}/src/main.ts`)) ?? [];
    expect(Number(drainMs.replaceAll('_', ''))).toBeGreaterThanOrEqual(CLIENT_TIMERS.maxDurationMs);
    const [, stopSeconds] = /docker stop --timeout (\d+)/.exec(text(`${folder}/every/Dockerfile`)) ?? [];
    expect(Number(stopSeconds) * 1000).toBeGreaterThan(Number(drainMs.replaceAll('_', '')));
  });

  test.each([
    ['', /^HOOKLINE_CLIENT_SECRET is not set: calls need not be signed, /],
    ['b2YgYSBib3Q=', /^$/],
  ])(
    'with the client secret %j says whether calls must be signed',
    async (secret, said) => {
      const project = mkdtempSync(join(tmpdir(), 'hookline-project-'));
      onTestFinished(() => rmSync(project, { recursive: true }));
      for (const template of ['every', 'plain'])
        cpSync(join(root, folder, template, 'src'), join(project, 'src'), { recursive: true });
      symlinkSync(join(root, 'node_modules'), join(project, 'node_modules'));
      const flags = [
        '--platform=node',
        '--format=esm',
        '--bundle',
        '--packages=external',
        '--outfile=main.mjs',
      ];
      await promisify(execFile)(join(root, 'node_modules/.bin/esbuild'), ['src/main.ts', ...flags], {
        cwd: project,
      });
      const env = {
        PATH: process.env['PATH'],
        PORT: '0',
        HOOKLINE_API_KEY: 'k',
        HOOKLINE_CLIENT_SECRET: secret,
      };
      const child = spawn(process.execPath, ['main.mjs'], { cwd: project, env });
      onTestFinished(() => void child.kill('SIGKILL'));
      let errors = '';
      child.stderr.on('data', (text) => {
        errors += text;
      });
      expect(String(await once(child.stdout, 'data'))).toMatch(/^listening at ws:/);
      child.kill('SIGTERM');
      await once(child, 'close');
      expect(errors).toMatch(said);
    },
    60_000,
  );
});

describe('the health check', () => {
  test.each(['deploy/Dockerfile', 'packages/create-hookline/templates/every/Dockerfile'])(
    'of %s asks the bot at the port of the environment',
    async (dockerfile) => {
      const [, check = ''] = /\nHEALTHCHECK [\s\S]*?CMD (\[.*\])\n/.exec(text(dockerfile)) ?? [];
      const [program, ...args]: string[] = JSON.parse(check);
      expect(program).toBe('node');
      const bot = createBot({ auth: { k: null } }, () => {});
      const { port } = await bot.listen(0, { host: '127.0.0.1', statusPages: true });
      onTestFinished(() => bot.drain({ timeoutMs: 0 }));
      const run = (PORT: string) => promisify(execFile)(process.execPath, args, { env: { PORT } });
      await run(String(port));
      await expect(run('1')).rejects.toMatchObject({ code: 1 });
    },
  );
});

describe('the image', () => {
  const dockerfile = text('deploy/Dockerfile');

  test('is distroless or slim, runs without root and without a shell, and has a health check', () => {
    const last = dockerfile.slice(dockerfile.lastIndexOf('FROM'));
    expect(last).toMatch(/^FROM node:22-slim\n/);
    expect(last).toContain('\nUSER node\n');
    expect(last).toMatch(/\nHEALTHCHECK [\s\S]*\/healthz/);
    expect(last).toMatch(/\nCMD \["node", "serve\.mjs"\]\n$/);
  });

  test('contains a single file that serves, as its build step creates it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'hookline-image-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const [, args = ''] = /npx esbuild ([\s\S]*?)\n\nFROM/.exec(dockerfile) ?? [];
    const outfile = join(folder, 'serve.mjs');
    const command = `node_modules/.bin/esbuild ${args.replace('/bot/serve.mjs', outfile)}`;
    await promisify(execFile)('sh', ['-c', command], { cwd: root });
    const child = spawn(process.execPath, [outfile], {
      cwd: folder,
      env: {
        PATH: process.env['PATH'],
        PORT: '0',
        CLIENT_SECRET: 'aW4gYW4gaW1hZ2UsIHNlcnZlZCBhcyBvbmUgZmlsZQ==',
      },
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    const [line] = await once(child.stdout, 'data');
    const url = new URL(String(/ws:\S+/.exec(String(line))?.[0]).replace('ws:', 'http:'));
    expect((await fetch(new URL('/healthz', url))).status).toBe(200);
    child.kill('SIGTERM');
    const [code] = await once(child, 'exit');
    expect(code).toBe(0);
  }, 60_000);
});

import { isHooklineError, messageOf } from '@hookline/runtime';
import { checkTraceFolder } from '../check-artifacts.js';
import type { CliContext, Verb } from '../context.js';
import { EXIT, UsageError } from '../exit-codes.js';
import { readServerCertificate, type ServerCertificate } from '../options/certificate.js';
import { type TlsFlags, tlsOptions } from '../options/integration.js';
import { parseNumber, parseTime } from '../options/parse.js';
import { createConsole } from '../output/console.js';
import { CallTraces, type TraceFlags } from '../record/call-traces.js';
import {
  type RecordingProxy,
  type RecordingProxyOptions,
  startRecordingProxy,
} from '../record/recording-proxy.js';
import { examples, outputOptions } from './option-groups.js';

interface RecordFlags extends TlsFlags, TraceFlags {
  readonly listen: string;
  readonly forwardTo?: string;
  readonly drain: string;
  readonly cert?: string;
  readonly key?: string;
  readonly quiet?: boolean;
  readonly color: boolean;
}

/** `hookline record`: a transparent proxy that stores a trace of each call. */
export const recordVerb: Verb = (program, context, exit) => {
  const command = program
    .command('record')
    .option('--listen <address>', 'address to listen on: :8081, 127.0.0.1:8081, 0.0.0.0:8081', ':8081')
    .option(
      '--forward-to <url>',
      'the bot, such as ws://localhost:8080 or wss://bots.example; path and query of each call are forwarded',
    )
    .option('--trace <dir>', 'parent folder of the traces', '.hookline')
    .option('--rotate <n>', 'keep only the last n traces of this run')
    .option('--redact-pii', 'mask numbers, names, variables, keys and texts of the calls; store no audio')
    .option('--drain <time>', 'how long running calls may continue after SIGINT or SIGTERM', '5s')
    .option('--cert <file>', 'certificate chain (PEM), to accept calls over wss')
    .option('--key <file>', 'private key of --cert (PEM)')
    .option('--ca <file>', "trust this certificate authority (PEM) for the bot's certificate")
    .option('--insecure', "do not check the bot's certificate");
  outputOptions(command);
  examples(command, [
    'hookline record --listen :8081 --forward-to ws://localhost:8080',
    'hookline record --listen 0.0.0.0:443 --cert chain.pem --key key.pem --forward-to wss://bots.example --rotate 100',
    'hookline record --forward-to ws://localhost:8080 --trace traces --json',
  ]);
  command.action(async (flags: RecordFlags) => {
    const console = createConsole({ ...flags, ...context });
    const bot = botOf(flags);
    const address = addressOf(flags.listen);
    const certificate = certificateOf(flags);
    const drainMs = parseTime(flags.drain, '--drain');
    await checkTraceFolder(flags.trace);
    const traces = new CallTraces(flags, context, console, certificate ? 'wss' : 'ws');
    let proxy: RecordingProxy;
    try {
      proxy = await startRecordingProxy({
        ...address,
        ...(certificate ? { certificate } : {}),
        bot,
        clock: context.clock,
        onUpgrade: (request, call) => traces.begin(request, call),
        onEnd: (call) => traces.end(call),
        onProblem: (text) => console.err(`hookline: ${text}`),
      });
    } catch (error) {
      const code = isHooklineError(error) && error.code === 'CLI_TLS' ? EXIT.usage : EXIT.internal;
      exit(code);
      const message = messageOf(error);
      console.err(flags.json ? JSON.stringify({ error: { code, message } }) : `hookline: ${message}`);
      return;
    }
    const stopped = untilStopped(proxy, drainMs, context);
    const url = `${certificate ? 'wss' : 'ws'}://${address.host.includes(':') ? `[${address.host}]` : address.host}:${proxy.port}`;
    if (flags.json) console.json({ type: 'listening', url, forwardTo: flags.forwardTo });
    else {
      console.out(`recording at ${url}, forwarding to ${flags.forwardTo}`);
      console.note(`call it: hookline call ${url}/…   Traces are stored in ${flags.trace}.`);
    }
    await stopped;
    await traces.finish();
  });
};

/** Resolves after SIGINT or SIGTERM when the running calls have ended, at the latest after `drainMs`. */
function untilStopped(proxy: RecordingProxy, drainMs: number, context: CliContext): Promise<void> {
  return new Promise((resolve) => {
    let signals = 0;
    const stop = context.onInterrupt(() => {
      signals += 1;
      if (signals > 1) {
        context.exitNow(EXIT.interrupted);
        return;
      }
      const cancel = context.clock.after(drainMs, () => proxy.close());
      void proxy.finish().then(() => {
        cancel();
        stop();
        resolve();
      });
    });
  });
}

function botOf(flags: RecordFlags): RecordingProxyOptions['bot'] {
  const { forwardTo } = flags;
  if (forwardTo === undefined) {
    throw new UsageError('No bot: pass --forward-to, such as ws://localhost:8080.');
  }
  const url = URL.canParse(forwardTo) ? new URL(forwardTo) : undefined;
  if (!url || !['ws:', 'wss:'].includes(url.protocol)) {
    throw new UsageError(
      `--forward-to takes a URL such as ws://localhost:8080 or wss://bots.example; got ${JSON.stringify(forwardTo)}.`,
    );
  }
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '' || url.username !== '') {
    throw new UsageError(
      `--forward-to takes only scheme, host and port, because path and query of each call are forwarded unchanged (the signature covers them); got ${JSON.stringify(forwardTo)}.`,
    );
  }
  const secure = url.protocol === 'wss:';
  if (!secure && (flags.ca !== undefined || flags.insecure)) {
    throw new UsageError(
      `--ca and --insecure need a wss:// URL in --forward-to; got ${JSON.stringify(forwardTo)}.`,
    );
  }
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port) || (secure ? 443 : 80),
    ...(secure ? { tls: tlsOptions(flags).tls ?? {} } : {}),
  };
}

/** Parses `:8081` or `host:8081`. Without a host, only local connections are accepted. */
function addressOf(listen: string): { readonly host: string; readonly port: number } {
  const [, host = '', port = ''] = /^(?:\[?([^\]]*?)\]?:)?(\d+)$/.exec(listen) ?? [];
  if (port === '') {
    throw new UsageError(
      `--listen takes :8081 or an address such as 127.0.0.1:8081; got ${JSON.stringify(listen)}.`,
    );
  }
  return {
    host: host || '127.0.0.1',
    port: parseNumber(port, '--listen', { min: 0, max: 65_535, integer: true }),
  };
}

function certificateOf({ cert, key }: RecordFlags): ServerCertificate | undefined {
  if (cert === undefined && key === undefined) return undefined;
  if (cert === undefined || key === undefined)
    throw new UsageError('--cert and --key must be used together; add the other one.');
  return readServerCertificate(cert, key);
}

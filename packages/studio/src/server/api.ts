import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRedactor, diffTraces, headerMedia, renderLadder, renderMarkdown } from '@hookline/trace';
import { zipTrace } from '@hookline/trace/node';
import { RequestError } from '../error.js';
import { renderReport } from '../history/report.js';
import type { StoredTrace } from '../history/stored-trace.js';
import { MAX_AUDIO_BYTES, MAX_ROWS_ANSWER, MAX_TRACE_BYTES } from '../limits.js';
import type { Comparison } from '../messages.js';
import type { StudioContext } from '../studio-context.js';

/** An API request that passed the access control. */
export interface ApiRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** Reads the body. @throws RequestError 413 */
  body(maxBytes: number): Promise<Uint8Array>;
}

/** A response: JSON, or a file to download. */
export type ApiResponse =
  | { readonly kind: 'json'; readonly value: unknown }
  | {
      readonly kind: 'file';
      readonly name: string;
      readonly type: string;
      readonly bytes: Uint8Array | string;
    };

/** Handles the requests below `/api/`. @throws RequestError */
export async function handleApi(request: ApiRequest, context: StudioContext): Promise<ApiResponse> {
  const { method, path, query } = request;
  const { traces } = context;
  const route = `${method} ${path}`;
  if (route === 'GET /api/calls') return json(await traces.list());
  if (route === 'GET /api/compare') {
    return json(
      await compare(await traces.open(query.get('a') ?? ''), await traces.open(query.get('b') ?? '')),
    );
  }
  if (route === 'POST /api/traces') {
    return json({ id: await traces.upload(await request.body(MAX_TRACE_BYTES)) });
  }
  if (route === 'POST /api/audio') {
    const path = query.get('path');
    if (path !== null) return json(await context.uploads.read(path));
    const name = (query.get('name') ?? 'audio.wav').slice(0, 100);
    return json(await context.uploads.add(name, await request.body(MAX_AUDIO_BYTES)));
  }
  const [, id = '', part = ''] = /^GET \/api\/calls\/([\w-]+)(?:\/([\w.]+))?$/.exec(route) ?? [];
  if (id !== '') return handleCall(await traces.open(id), part, query);
  throw new RequestError(404, 'not-found', `Not found: ${method} ${path.slice(0, 100)}.`);
}

async function handleCall(call: StoredTrace, part: string, query: URLSearchParams): Promise<ApiResponse> {
  const { trace, id } = call;
  switch (part) {
    case '':
      return json(await call.toStoredCall());
    case 'rows':
      return json(call.rows(integerParam(query, 'from', 0), integerParam(query, 'count', MAX_ROWS_ANSWER)));
    case 'trace.zip':
      return file(`${id}.zip`, 'application/zip', await zipTraceFile(call));
    case 'call.wav': {
      const wav = await call.wav();
      if (wav) return file(`${id}.wav`, 'audio/wav', wav);
      throw new RequestError(404, 'no-audio', 'The trace of this call contains no audio.');
    }
    case 'call.md':
      return file(`${id}.md`, 'text/markdown; charset=utf-8', call.mask(renderMarkdown(trace)));
    case 'ladder.txt': {
      const { vantage } = trace.header;
      const ladder = renderLadder(trace.rows, { vantage, media: headerMedia(trace.header) });
      return file(`${id}.txt`, 'text/plain; charset=utf-8', call.mask(ladder));
    }
    case 'report.html':
      return file(`${id}.html`, 'text/html; charset=utf-8', await renderReport(call));
    default:
      throw new RequestError(404, 'not-found', `Not found: ${part.slice(0, 100)} of a call.`);
  }
}

/** The trace as one zip file. A trace made elsewhere is refused: its credentials may not be masked. */
async function zipTraceFile({ path, origin }: StoredTrace): Promise<Uint8Array> {
  if (origin === 'opened') {
    throw new RequestError(
      404,
      'not-here',
      'This trace was recorded elsewhere: use the file from which you opened it.',
    );
  }
  const dir = await mkdtemp(join(tmpdir(), 'hookline-studio-'));
  try {
    return await readFile(await zipTrace(path, join(dir, 'trace.zip')));
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function compare(a: StoredTrace, b: StoredTrace): Promise<Comparison> {
  const differences = diffTraces(a.trace, b.trace).map(({ kind, of, lane, type, path, atA, atB, text }) => ({
    kind,
    of,
    ...(lane === undefined ? {} : { lane }),
    ...(type === undefined ? {} : { type }),
    ...(path === undefined ? {} : { path }),
    ...(atA === undefined ? {} : { atA }),
    ...(atB === undefined ? {} : { atB }),
    text: createRedactor().text(b.mask(a.mask(text))),
  }));
  return { a: a.entry, b: b.entry, differences };
}

function integerParam(query: URLSearchParams, name: string, fallback: number): number {
  const value = query.get(name);
  if (value === null) return fallback;
  if (/^\d{1,9}$/.test(value)) return Number(value);
  throw new RequestError(
    400,
    'bad-query',
    `${name} is not a whole number; got ${JSON.stringify(value.slice(0, 40))}.`,
  );
}

const json = (value: unknown): ApiResponse => ({ kind: 'json', value });
const file = (name: string, type: string, bytes: Uint8Array | string): ApiResponse => ({
  kind: 'file',
  name,
  type,
  bytes,
});

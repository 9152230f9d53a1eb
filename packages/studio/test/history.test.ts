import { existsSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readWav } from '@hookline/audio';
import { readTraceDir, zipTrace } from '@hookline/trace/node';
import { beforeAll, describe, expect, test } from 'vitest';
import { MAX_AUDIO_BYTES } from '../src/limits.js';
import type { Comparison, RowPage, StoredCall } from '../src/messages.js';
import { silentWav } from './browser/call-scripts.js';
import { Page, startTestStudio, tempFolder } from './page.js';

let page: Page;
let dir = '';
let ids: string[] = [];
beforeAll(async () => {
  const studio = await startTestStudio();
  dir = studio.dir;
  page = await Page.open(studio);
  for (const [connectorId, keys] of [
    ['ivr', '1234#2'],
    ['echo', '#'],
  ] as const) {
    const from = page.messages.length;
    page.send({ type: 'dial', integration: 'builtin', connectorId, caller: { kind: 'tone' } });
    await page.state('connected', from);
    await page.next('lanes', ({ caller }) => caller.some((peak) => peak > 30), from);
    page.send({ type: 'keys', digits: keys });
    const { callId } = await page.next('result', () => true, from);
    await page.next('history', ({ calls }) => calls.some(({ id, live }) => id === callId && !live), from);
    ids = [...ids, callId];
  }
}, 60_000);

const json = async <T>(path: string): Promise<T> => JSON.parse(await (await page.get(path)).text());

describe('a stored call', () => {
  test('is in the history, newest first, with how it ended', async () => {
    const calls = await json<readonly object[]>('/api/calls');
    expect(calls).toMatchObject([
      { id: ids[1], path: 'success', vantage: 'client', origin: 'studio' },
      { id: ids[0], path: 'success' },
    ]);
  });

  test('has the same rows as while it was live, except for notes', async () => {
    const all = await json<RowPage>(`/api/calls/${ids[1]}/rows`);
    const live = page.of('rows').filter(({ callId }) => callId === ids[1]);
    const sentRows = new Map(live.flatMap(({ rows }) => rows).map((row) => [row.n, row]));
    expect(all.total).toBe(sentRows.size);
    expect(all.rows.map(({ type, dir: way, detail }) => [type, way, detail])).toEqual(
      [...sentRows.values()]
        .sort((a, b) => a.n - b.n)
        .map(({ type, dir: way, detail }) => [type, way, detail]),
    );
    const part = await json<RowPage>(`/api/calls/${ids[1]}/rows?from=2&count=3`);
    expect([part.from, part.total, part.rows.map(({ n }) => n)]).toEqual([2, all.total, [2, 3, 4]]);
    expect((await page.get(`/api/calls/${ids[1]}/rows?from=-1`)).status).toBe(400);
  });

  test('has lanes, marks and facts, and its outcome', async () => {
    const call = await json<StoredCall>(`/api/calls/${ids[0]}`);
    expect(call.outcome).toMatchObject({ path: 'success', outputs: { verified: 'true', next: 'goodbye' } });
    expect(call.lanes?.caller.length).toBe(call.lanes?.bot.length);
    expect(Math.max(...(call.lanes?.caller ?? []))).toBeGreaterThan(30);
    expect(call.marks.filter(({ kind }) => kind === 'key')).toHaveLength(6);
    const live = page.marks.filter((mark) => mark.kind === 'playback' && mark.to !== undefined);
    const kept = call.marks.filter((mark) => mark.kind === 'playback');
    expect(kept).toHaveLength(
      live.filter((mark) => mark.kind === 'playback').length - 0 - playbacksOf(ids[1]),
    );
    expect(call.turns.length).toBeGreaterThan(0);
    expect(call.facts.map(({ name }) => name)).toEqual(expect.arrayContaining(['call', 'timing', 'outcome']));
    expect(call.truncated).toBe(false);
  });

  test('can be downloaded as trace, WAV, Markdown, ladder and report', async () => {
    const zip = await page.get(`/api/calls/${ids[0]}/trace.zip`);
    expect(zip.headers.get('content-disposition')).toBe(`attachment; filename="${ids[0]}.zip"`);
    const path = join(tempFolder('downloads'), 'trace.zip');
    writeFileSync(path, new Uint8Array(await zip.arrayBuffer()));
    page.send({ type: 'open-path', path });
    const { id } = await page.next('opened-trace');
    const [there, here] = [
      await json<StoredCall>(`/api/calls/${id}`),
      await json<StoredCall>(`/api/calls/${ids[0]}`),
    ];
    expect(there.rows).toBe(here.rows);
    const wav = readWav(
      new Uint8Array(await (await page.get(`/api/calls/${ids[0]}/call.wav`)).arrayBuffer()),
    );
    expect([wav.channels, wav.rate]).toEqual([2, 8000]);
    const [, , opened] = (await readTraceDir(join(dir, ids[0] ?? ''))).rows.filter(
      ({ kind }) => kind === 'message' || kind === 'end',
    );
    expect(opened).toBeDefined();
    expect(wav.durationMs).toBeGreaterThan(here.entry.durationMs - (here.wavOffsetMs ?? 0) * -1 - 1000);
    expect(await (await page.get(`/api/calls/${ids[0]}/call.md`)).text()).toMatch(/^# Audio Connector call/);
    expect(await (await page.get(`/api/calls/${ids[0]}/ladder.txt`)).text()).toContain('├─ open');
  });

  test('has a report of one HTML file without scripts or external resources', async () => {
    const html = await (await page.get(`/api/calls/${ids[0]}/report.html`)).text();
    expect(html).toMatch(/^<!doctype html>[\s\S]*<\/html>\n$/);
    expect(html).not.toMatch(/<script|\son\w+=|javascript:|https?:\/\/|<link|<img|url\(/i);
    for (const part of ['What Architect sees', 'Outputs', '<svg', 'disconnect', 'goodbye'])
      expect(html).toContain(part);
  });

  test('can be compared with another', async () => {
    const same = await json<Comparison>(`/api/compare?a=${ids[0]}&b=${ids[0]}`);
    expect(same.differences).toEqual([]);
    const { a, b, differences } = await json<Comparison>(`/api/compare?a=${ids[0]}&b=${ids[1]}`);
    expect([a.id, b.id]).toEqual(ids);
    expect(differences.some(({ text }) => text.includes('is missing in B'))).toBe(true);
  });
});

const playbacksOf = (callId: string | undefined) =>
  page
    .of('mark')
    .filter((message) => message.callId === callId)
    .filter(({ mark }) => mark.kind === 'playback' && mark.to !== undefined).length;

describe('a trace from elsewhere', () => {
  test('opens from a folder or a .zip, including a proxy’s, and is not in the history', async () => {
    const folder = join(tempFolder('elsewhere'), 'proxied');
    await cp(join(dir, ids[1] ?? ''), folder, { recursive: true });
    const swapped = { in: 'out', out: 'in' } as const;
    const rows = readFileSync(join(folder, 'trace.ndjson'), 'utf8')
      .replace('"vantage":"client"', '"vantage":"proxy"')
      .replace(/"dir":"(in|out)"/g, (_, way: 'in' | 'out') => `"dir":"${swapped[way]}"`);
    writeFileSync(join(folder, 'trace.ndjson'), rows);
    for (const name of ['result.json', 'call.wav']) rmSync(join(folder, name));
    const zip = await zipTrace(folder, join(tempFolder('elsewhere'), 'proxied.zip'));

    const answer = await page.post('/api/traces', readFileSync(zip));
    const { id }: { id: string } = JSON.parse(await answer.text());
    const call = await json<StoredCall>(`/api/calls/${id}`);
    expect(call.entry).toMatchObject({ id, vantage: 'proxy', origin: 'opened' });
    expect(call.outcome).toBeUndefined();
    expect(Math.max(...(call.lanes?.caller ?? []))).toBeGreaterThan(30);
    const { rows: shown } = await json<RowPage>(`/api/calls/${id}/rows`);
    expect(shown.find(({ type }) => type === 'open')?.dir).toBe('out');
    expect(shown.find(({ type }) => type === 'opened')?.dir).toBe('in');
    expect((await page.get(`/api/calls/${id}/trace.zip`)).status).toBe(404);
    expect(await json<readonly { id: string }[]>('/api/calls')).not.toContainEqual(
      expect.objectContaining({ id }),
    );
    expect(existsSync(folder)).toBe(true);
  });

  test('is refused with the reason if it is invalid', async () => {
    const answer = await page.post('/api/traces', Buffer.from('PK no zip'));
    const { error } = JSON.parse(await answer.text());
    expect([answer.status, error.code]).toEqual([422, 'no-trace']);
    expect(error.message).toContain('the uploaded file');
    expect(error.message).not.toContain(tmpdir());
    const from = page.messages.length;
    page.send({ type: 'open-path', path: dir });
    const { message } = await page.next('refused', () => true, from);
    expect(message).toContain('trace.ndjson cannot be read');
    const audio = await page.post('/api/audio', Buffer.from('ID3 an MP3 file'));
    expect([audio.status, JSON.parse(await audio.text()).error.code]).toEqual([422, 'no-audio']);
  });

  test('can be a WAV file of this machine as the caller, by its path', async () => {
    const folder = tempFolder('callers');
    const path = join(folder, 'hello there.wav');
    writeFileSync(path, silentWav(250));
    const choose = async (file: string) => {
      const answer = await page.post(`/api/audio?path=${encodeURIComponent(file)}`, Buffer.alloc(0));
      const { name, durationMs, error } = JSON.parse(await answer.text());
      return [answer.status, error?.message ?? [name, durationMs]];
    };
    expect(await choose(path)).toEqual([200, ['hello there.wav', 250]]);
    const missing = join(folder, 'none.wav');
    expect(await choose(missing)).toEqual([
      422,
      `"${missing}" cannot be read: ENOENT: no such file or directory, stat '${missing}'.`,
    ]);
    expect(await choose(folder)).toEqual([
      422,
      `"${folder}" cannot be read: it is not a file; expected a WAV file.`,
    ]);
    const huge = join(folder, 'huge.wav');
    writeFileSync(huge, '');
    truncateSync(huge, MAX_AUDIO_BYTES + 1);
    expect(await choose(huge)).toEqual([
      422,
      `"${huge}" cannot be read: it is larger than the limit of ${MAX_AUDIO_BYTES} bytes.`,
    ]);
  });

  test('can be given when the studio is started', async () => {
    const studio = await startTestStudio({ trace: join(dir, ids[0] ?? '') });
    const other = await Page.open(studio);
    const { traceId } = (await other.next('welcome')).launch;
    expect((await other.get(`/api/calls/${traceId}`)).status).toBe(200);
    await expect(startTestStudio({ trace: dir })).rejects.toMatchObject({ code: 'STUDIO_BAD_OPTION' });
  });
});

test('deleting a call removes it from the disk, and nothing else', async () => {
  const others = readdirSync(dir);
  const from = page.messages.length;
  page.send({ type: 'forget', id: ids[1] ?? '' });
  const { calls } = await page.next('history', () => true, from);
  expect(calls.map(({ id }) => id)).toEqual([ids[0]]);
  expect(readdirSync(dir)).toEqual(others.filter((name) => name !== ids[1]));
});

import { describe, expect, test } from 'vitest';
import { openai } from '../src/openai/index.js';
import { bridged, finish, ready } from './bridged.js';
import { closing, ListeningHost, peer, START, wanted } from './peer.js';

/** What the next session is told about the call, after the connection was lost. */
async function restored(it: ReturnType<typeof bridged>) {
  it.service.link.drop(1011);
  await it.clock.advanceUntil(() => it.service.links.length === 2);
  const { history } = it.service.link.start;
  it.call.hangup();
  await finish(it);
  return history.map(({ who, text }) => `${who}: ${text}`);
}

describe('the history that a new session gets', () => {
  test('has the words of the caller where they spoke, also if they are transcribed after the reply was heard', async () => {
    const it = bridged();
    const texts: string[] = [];
    await ready(it);
    it.session.on('text', ({ text }) => texts.push(text));
    const { link } = it.service;
    link.host.text('caller', '', { final: false, part: 'u1' });
    link.reply('r1', 500, { text: 'Yes.' });
    await it.clock.advance(1000);
    link.host.text('caller', 'Are you open ', { final: false, part: 'u1' });
    link.host.text('caller', 'Are you open on Sunday?', { final: true, part: 'u1' });
    link.host.text('caller', 'A table, please.', { final: true, part: 'u2' });
    expect(texts).toEqual(['Yes.', 'Are you open ', 'Are you open on Sunday?', 'A table, please.']);
    expect(await restored(it)).toEqual([
      'caller: Are you open on Sunday?',
      'bot: Yes.',
      'caller: A table, please.',
    ]);
  });

  test('lacks speech that was never transcribed', async () => {
    const it = bridged();
    await ready(it);
    const { link } = it.service;
    link.host.text('caller', '', { final: false, part: 'u1' });
    link.host.text('caller', '', { final: false, part: 'u2' });
    link.reply('r1', 500, { text: 'Pardon?' });
    await it.clock.advance(1000);
    link.host.text('caller', 'Two.', { final: true, part: 'u2' });
    expect(await restored(it)).toEqual(['caller: Two.', 'bot: Pardon?']);
  });

  test('has new places for the parts of each session, and no place for a part without a name', async () => {
    const it = bridged();
    await ready(it);
    it.service.link.host.text('caller', '', { final: false, part: 'u1' });
    it.service.link.host.text('caller', '', { final: false });
    it.service.link.reply('r1', 500, { text: 'Yes.' });
    await it.clock.advance(1000);
    it.service.link.drop(1011);
    await it.clock.advanceUntil(() => it.service.links.length === 2);
    await it.clock.advance(11_000);
    it.service.link.host.text('caller', 'Two.', { final: true, part: 'u1' });
    it.service.link.drop(1011);
    await it.clock.advanceUntil(() => it.service.links.length === 3);
    const { history } = it.service.link.start;
    expect(history.map(({ who, text }) => `${who}: ${text}`)).toEqual(['bot: Yes.', 'caller: Two.']);
    it.call.hangup();
    await finish(it);
  });

  test('has places for what the caller says to OpenAI: their speech is reported before it is transcribed', async () => {
    const service = await peer((message, send) => {
      if (message['type'] === 'session.update') send({ type: 'session.updated' });
    });
    const host = new ListeningHost();
    closing(await openai({ url: service.url }).connect(host, START, wanted()));
    service.send({ type: 'input_audio_buffer.speech_stopped', item_id: 'u1', audio_end_ms: 900 });
    service.send({ type: 'input_audio_buffer.speech_stopped', audio_end_ms: 1900 });
    await host.until('speech', 2);
    expect(host.all('text')).toEqual([['caller', '', { final: false, part: 'u1' }]]);
  });
});

import { audioRuns } from '@hookline/protocol';
import { describe, expect, test } from 'vitest';
import { audioLine, eventLine, headerLine, parseFilter, readTrace, renderMarkdown } from '../src/index.js';
import { API_KEY, eventBuilders, reportSampleCall, sampleHeader } from './sample-call.js';

/** A call as a trace with unmasked credentials and an additional text of the bot. */
function trace(outputs: object = {}) {
  let text = headerLine({
    ...sampleHeader('client'),
    url: 'ws://localhost:8080/book?token=very-secret',
  });
  const runs = audioRuns((event) => {
    text += event.kind === 'audio' ? audioLine(event, 0) : eventLine(event);
  });
  reportSampleCall(runs, 'client');
  runs.flush();
  const more = eventBuilders('client').server(5000, 'disconnect', 6, 6, {
    reason: 'completed',
    outputVariables: outputs,
  });
  return readTrace(text + (Object.keys(outputs).length > 0 ? eventLine(more) : ''));
}

describe('the Markdown of a trace', () => {
  test('contains the summary, the violations with their rules, and the ladder as a code block', () => {
    const text = renderMarkdown(trace());
    expect(text).toMatch(/^# Audio Connector call\n\n\| \| \|\n\| --- \| --- \|\n\| call \| ws:/);
    expect(text).toMatch(
      /\n- \*\*AC-MSG-6\*\* Each sender numbers its messages .* Seen: seq 6, expected 4\n/,
    );
    expect(text).toMatch(/\n## Ladder\n\n```text\n[^`]*\n```\n$/);
  });

  test('masks credentials', () => {
    const text = renderMarkdown(trace());
    expect(text).not.toContain(API_KEY);
    expect(text).not.toContain('very-secret');
  });

  test('filters the rows of the ladder, and summarises the whole call', () => {
    const text = renderMarkdown(trace(), { filter: parseFilter('type:dtmf') });
    expect(text).toContain('dtmf      seq 5');
    expect(text).not.toContain('101');
    expect(text).toContain('disconnect completed');
  });

  test('does not let a peer end the code block, or insert a cell, an image or a mention', () => {
    const text = renderMarkdown(trace({ a: '```\n# Owned | ![x](http://evil.example) @everyone <script>' }));
    const [before = '', ladder = ''] = text.split('## Ladder');
    expect(ladder).toMatch(/^\n\n````text\n/);
    expect(ladder.match(/^````/gm)).toHaveLength(2);
    expect(before).not.toMatch(/^# Owned|!\[|[^\\]@every|<script/m);
  });
});

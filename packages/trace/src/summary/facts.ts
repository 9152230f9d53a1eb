import { checkArgument } from '@hookline/runtime';
import type { TraceHeader } from '../format/header.js';
import { latency, seconds } from '../ladder/cells.js';
import { printJson } from '../message/print-json.js';
import type { PlaybackSummary, SideSummary, TraceSummary } from './summary.js';

/** A line of a summary. The text may contain unescaped text of the peers. */
export interface SummaryFact {
  readonly name: string;
  readonly text: string;
}

/** A summary as lines of text, without the violations. */
export function summaryFacts(header: TraceHeader, summary: TraceSummary): SummaryFact[] {
  checkArgument('TRACE_BAD_OPTION', 'summaryFacts: header', header, 'object');
  checkArgument('TRACE_BAD_OPTION', 'summaryFacts: summary', summary, {
    caller: 'object',
    bot: 'object',
    playbacks: 'list',
  });
  const { durationMs, truncated, openMs, firstAudioMs, playbacks, bargeIns, dtmf } = summary;
  const timings = [
    openMs !== undefined && `opened after ${latency(openMs)}`,
    firstAudioMs !== undefined && `first audio ${latency(firstAudioMs)} later`,
  ];
  const facts: readonly (readonly [string, string])[] = [
    ['call', header.url],
    ['taken', `${header.started}, by the ${header.vantage}`],
    ['length', joined([seconds(durationMs), truncated && 'the trace ends before the call'])],
    ['timing', joined(timings)],
    ['Genesys', sideOf(summary.caller)],
    ['bot', sideOf(summary.bot)],
    ['heard', describePlaybacks(playbacks, bargeIns)],
    ['keys', dtmf],
    ['outcome', outcomeOf(summary)],
  ];
  return facts.filter(([, text]) => text !== '').map(([name, text]) => ({ name, text }));
}

function sideOf({ messages, frames, audioMs }: SideSummary): string {
  const counted = Object.entries(messages).map(([type, count]) => (count === 1 ? type : `${type} x${count}`));
  return joined([frames > 0 && `${seconds(audioMs)} of audio in ${counting(frames, 'frame')}`, ...counted]);
}

function describePlaybacks(playbacks: readonly PlaybackSummary[], bargeIns: number): string {
  if (playbacks.length === 0) return '';
  const sum = (of: (playback: PlaybackSummary) => number | undefined) =>
    playbacks.reduce((total, playback) => total + (of(playback) ?? 0), 0);
  const dropped = sum(({ droppedMs }) => droppedMs);
  const hasHeard = playbacks.some(({ heardMs }) => heardMs !== undefined);
  return joined([
    counting(playbacks.length, 'playback'),
    hasHeard && `${seconds(sum(({ heardMs }) => heardMs))} heard`,
    dropped > 0 && `${seconds(dropped)} dropped`,
    bargeIns > 0 && counting(bargeIns, 'barge-in'),
  ]);
}

function outcomeOf({ disconnect, closeReason, end }: TraceSummary): string {
  const outputs = Object.entries(disconnect?.outputs ?? {}).map(
    ([name, value]) => `${name}=${printJson(value)}`,
  );
  return joined([
    disconnect &&
      `disconnect ${disconnect.reason}${disconnect.info === undefined ? '' : ` (${disconnect.info})`}`,
    outputs.length > 0 && `outputs ${outputs.join(' ')}`,
    closeReason !== undefined && `close ${closeReason}`,
    end && `connection ended with ${end.code}${end.by === 'loss' ? ', lost' : ''}`,
  ]);
}

function joined(parts: readonly (string | false | undefined)[]): string {
  return parts.filter(Boolean).join(', ');
}

function counting(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

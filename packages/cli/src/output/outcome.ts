import type { CallResult } from '@hookline/client';
import { type Console, paint } from './console.js';
import { plainText } from './plain-text.js';

/** The outcome of a call in a few lines for a person. */
export function outcomeLines(result: CallResult, console: Console, places: readonly string[]): string[] {
  const seconds = `${(result.durationMs / 1000).toFixed(1)} s`;
  const dot = console.unicode ? ' · ' : ' - ';
  const line = (style: 'green' | 'red' | 'yellow', mark: string, ...facts: string[]) =>
    ` ${paint(console, style, `${mark} ${facts[0]}`)}${dot}${[...facts.slice(1), ...places].map(plainText).join(dot)}`;
  switch (result.path) {
    case 'success': {
      const rest = [
        result.missing.length > 0 ? `not returned: ${result.missing.join(', ')}` : '',
        result.undeclared.length > 0 ? `not declared: ${result.undeclared.join(', ')}` : '',
      ].filter(Boolean);
      return [
        line(
          'green',
          console.unicode ? '✓' : 'ok',
          'success path',
          seconds,
          outputsText(result.outputs),
          ...rest,
        ),
      ];
    }
    case 'failure':
      return [
        line(
          'red',
          console.unicode ? '✗' : 'x',
          'failure path',
          seconds,
          `errorType ${result.failureOutputs.errorType}`,
          `cause ${result.cause}`,
        ),
        `   errorMessage: ${plainText(result.failureOutputs.errorMessage)}`,
      ];
    case 'disconnected': {
      const why = result.reason === 'callerHangup' ? 'the caller hung up' : 'the call was aborted';
      return [line('yellow', console.unicode ? '–' : '-', 'disconnected, no path', seconds, why)];
    }
  }
}

function outputsText(outputs: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(outputs).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return pairs.length > 0 ? `outputs ${pairs.join(' ')}` : 'no outputs';
}

import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { Row } from '../../src/messages.js';
import { showControls } from '../../src/show-controls.js';
import { Icon } from '../panels/icons.js';
import { formatDuration, formatSeconds } from '../state/format.js';
import { jsonTokens } from './json-tokens.js';

interface RowDetailProps {
  readonly row: Row;
  readonly close: () => void;
  /** Moves the recording to the row; undefined if there is no recording yet. */
  readonly seek: (() => void) | undefined;
}

/** Details of a row: the message as JSON or as sent, the schema check, and the broken rule. */
export function RowDetail({ row, close, seek }: RowDetailProps) {
  const raw = useSignal(false);
  const json = row.kind === 'message' ? parsed(row.text) : undefined;
  const box = useRef<HTMLDivElement>(null);
  // In a low window the details open below the fold.
  useEffect(() => box.current?.scrollIntoView({ block: 'nearest' }), []);
  return (
    <div ref={box} class="row-detail" data-testid="row-detail" role="region" aria-label="The row">
      <div class="detail-head">
        <h3 class="mono">
          {formatSeconds(row.t)} {showControls(row.type)}
        </h3>
        {row.kind === 'message' && <SchemaVerdict row={row} />}
        <span class="grow" />
        {json !== undefined && (
          <div class="segmented" role="group" aria-label="Form">
            <button type="button" aria-pressed={!raw.value} onClick={() => (raw.value = false)}>
              JSON
            </button>
            <button type="button" aria-pressed={raw.value} onClick={() => (raw.value = true)}>
              As sent
            </button>
          </div>
        )}
        {row.text !== undefined && (
          <button
            type="button"
            class="button quiet"
            onClick={() => void navigator.clipboard.writeText(row.text ?? '')}
          >
            Copy
          </button>
        )}
        {seek && (
          <button type="button" class="button quiet" onClick={seek}>
            Go there
          </button>
        )}
        <button type="button" class="button square" aria-label="Close the row" onClick={close}>
          <Icon name="close" />
        </button>
      </div>
      {row.fault !== undefined && <p class="fault">{showControls(row.fault)}</p>}
      <RuleText clause={row.clause} effect={row.effect} fix={row.fix} />
      {row.audio && (
        <p>
          {formatDuration(row.audio.ms)} in {row.audio.frames} frames, {row.audio.bytes.toLocaleString('en')}{' '}
          bytes
        </p>
      )}
      {row.text !== undefined && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: scrollable content must be reachable by keyboard
        <pre class="mono detail-text" tabIndex={0} role="region" aria-label="The text of the row">
          {json === undefined || raw.value
            ? showControls(row.text)
            : jsonTokens(json).map(({ kind, text }, i) => (
                <span key={i} class={kind === 'punctuation' ? undefined : `json-${kind}`}>
                  {showControls(text)}
                </span>
              ))}
        </pre>
      )}
    </div>
  );
}

function SchemaVerdict({ row: { fault, unknownType } }: { row: Row }) {
  const [tone, icon, text] =
    fault !== undefined
      ? (['bad', 'fail', 'violates its schema'] as const)
      : unknownType
        ? (['warn', 'warn', 'unknown type, no schema'] as const)
        : (['good', 'check', 'matches its schema'] as const);
  return (
    <span class={`badge ${tone}`} data-testid="schema-verdict">
      <Icon name={icon} />
      {text}
    </span>
  );
}

/** A rule with its effect and fix. */
export function RuleText(rule: {
  clause?: string | undefined;
  effect?: string | undefined;
  fix?: string | undefined;
}) {
  const { clause, effect, fix } = rule;
  if (clause === undefined && effect === undefined && fix === undefined) return null;
  return (
    <dl class="rule">
      {clause !== undefined && (
        <>
          <dt>Rule</dt>
          <dd>
            <code>{clause}</code>
          </dd>
        </>
      )}
      {effect !== undefined && (
        <>
          <dt>Effect</dt>
          <dd>{showControls(effect)}</dd>
        </>
      )}
      {fix !== undefined && (
        <>
          <dt>Fix</dt>
          <dd>{showControls(fix)}</dd>
        </>
      )}
    </dl>
  );
}

function parsed(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

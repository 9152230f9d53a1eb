import type { Signal } from '@preact/signals';
import type { Pair } from '../state/call-form.js';
import { Icon } from './icons.js';

/** The input variables of the action, in order. */
export function InputRows({
  inputs,
  fault,
}: {
  inputs: Signal<readonly Pair[]>;
  fault?: string | undefined;
}) {
  const rows = inputs.value;
  const set = (at: number, pair: Pair) => {
    inputs.value = rows.map((row, i) => (i === at ? pair : row));
  };
  return (
    <div class="field" role="group" aria-label="Inputs">
      {rows.map(([name, value], i) => (
        <div class="variable" key={i}>
          <input
            class="mono"
            aria-label={`Name of input ${i + 1}`}
            data-testid={`input-name-${i}`}
            placeholder="name"
            value={name}
            onInput={({ currentTarget }) => set(i, [currentTarget.value, value])}
          />
          <input
            class="mono"
            aria-label={`Value of input ${i + 1}`}
            data-testid={`input-value-${i}`}
            placeholder="value"
            value={value}
            onInput={({ currentTarget }) => set(i, [name, currentTarget.value])}
          />
          <RemoveButton
            label={`Remove input ${i + 1}`}
            remove={() => {
              inputs.value = rows.filter((_, other) => other !== i);
            }}
          />
        </div>
      ))}
      <AddButton
        label="Add input"
        testId="add-input"
        add={() => {
          inputs.value = [...rows, ['', '']];
        }}
      />
      {fault !== undefined && (
        <p class="fault" role="alert">
          {fault}
        </p>
      )}
    </div>
  );
}

interface OutputRowsProps {
  readonly outputs: Signal<readonly string[]>;
  /** Whether all outputs are assigned to variables of the flow. */
  readonly all: Signal<boolean>;
  readonly fault?: string | undefined;
}

/** The outputs that the flow assigns to variables. */
export function OutputRows({ outputs, all, fault }: OutputRowsProps) {
  const rows = outputs.value;
  return (
    <div class="field" role="group" aria-label="Outputs">
      <label class="tick">
        <input
          type="checkbox"
          data-testid="all-outputs"
          checked={all.value}
          onChange={({ currentTarget }) => {
            all.value = currentTarget.checked;
          }}
        />
        All outputs that the bot returns
      </label>
      {!all.value &&
        rows.map((name, i) => (
          <div class="variable" key={i}>
            <input
              class="mono"
              aria-label={`Name of output ${i + 1}`}
              data-testid={`output-name-${i}`}
              placeholder="name"
              value={name}
              onInput={({ currentTarget }) => {
                outputs.value = rows.map((row, other) => (other === i ? currentTarget.value : row));
              }}
            />
            <RemoveButton
              label={`Remove output ${i + 1}`}
              remove={() => {
                outputs.value = rows.filter((_, other) => other !== i);
              }}
            />
          </div>
        ))}
      {!all.value && (
        <AddButton
          label="Add output"
          testId="add-output"
          add={() => {
            outputs.value = [...rows, ''];
          }}
        />
      )}
      {fault !== undefined && (
        <p class="fault" role="alert">
          {fault}
        </p>
      )}
    </div>
  );
}

function AddButton({ label, testId, add }: { label: string; testId: string; add: () => void }) {
  return (
    <button type="button" class="button quiet" data-testid={testId} onClick={add}>
      <Icon name="plus" />
      {label}
    </button>
  );
}

function RemoveButton({ label, remove }: { label: string; remove: () => void }) {
  return (
    <button type="button" class="button square" aria-label={label} title={label} onClick={remove}>
      <Icon name="close" />
    </button>
  );
}

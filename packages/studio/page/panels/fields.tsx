import type { Signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';

interface FieldProps {
  readonly label: string;
  /** The field's name; its `data-testid` is `field-NAME`. */
  readonly name: string;
  readonly hint?: string | undefined;
  /** The error message of the field. */
  readonly fault?: string | undefined;
}

/** A control with its label, a hint and an error message. */
export function Field({ label, name, hint, fault, children }: FieldProps & { children: ComponentChildren }) {
  return (
    <div class={fault === undefined ? 'field' : 'field has-fault'}>
      <label for={`field-${name}`}>{label}</label>
      {children}
      {hint !== undefined && (
        <p class="hint" id={`hint-${name}`}>
          {hint}
        </p>
      )}
      {fault !== undefined && (
        <p class="fault" id={`fault-${name}`} role="alert">
          {fault}
        </p>
      )}
    </div>
  );
}

interface TextFieldProps extends FieldProps {
  readonly value: Signal<string>;
  readonly secret?: boolean;
  readonly placeholder?: string;
  readonly mono?: boolean;
}

/** A single-line text field. The value of a secret field is stored nowhere but in the page. */
export function TextField({ value, secret = false, placeholder, mono = false, ...field }: TextFieldProps) {
  return (
    <Field {...field}>
      <input
        {...(secret ? { type: 'password' as const } : {})}
        id={`field-${field.name}`}
        data-testid={`field-${field.name}`}
        class={mono ? 'mono' : undefined}
        autocomplete={secret ? 'new-password' : 'off'}
        autocapitalize="off"
        spellcheck={false}
        placeholder={placeholder}
        value={value.value}
        onInput={({ currentTarget }) => {
          value.value = currentTarget.value;
        }}
        {...describedBy(field)}
      />
    </Field>
  );
}

interface ChoiceFieldProps<T extends string> extends FieldProps {
  readonly value: T;
  readonly choices: readonly (readonly [value: T, label: string])[];
  readonly onChoose: (value: T) => void;
}

/** A choice from a list. */
export function ChoiceField<T extends string>({ value, choices, onChoose, ...field }: ChoiceFieldProps<T>) {
  return (
    <Field {...field}>
      <select
        id={`field-${field.name}`}
        data-testid={`field-${field.name}`}
        value={value}
        onChange={({ currentTarget }) => {
          const chosen = choices.find(([choice]) => choice === currentTarget.value);
          if (chosen) onChoose(chosen[0]);
        }}
        {...describedBy(field)}
      >
        {choices.map(([choice, label]) => (
          <option key={choice} value={choice}>
            {label}
          </option>
        ))}
      </select>
    </Field>
  );
}

function describedBy({ name, hint, fault }: FieldProps) {
  const ids = [hint !== undefined && `hint-${name}`, fault !== undefined && `fault-${name}`].filter(Boolean);
  return {
    ...(ids.length > 0 && { 'aria-describedby': ids.join(' ') }),
    ...(fault !== undefined && { 'aria-invalid': true }),
  };
}

import type { ClientMessage } from '@hookline/protocol';
import { PERSONAL_DATA_MASK } from '@hookline/trace';

/** The parameters of `open`. */
export type OpenParameters = Extract<ClientMessage, { type: 'open' }>['parameters'];

/** The parameters of `open` that can be sent again. */
export type RepeatedOpen = Omit<OpenParameters, 'participant'> & {
  readonly participant: Partial<OpenParameters['participant']>;
};

/** The parameters of `open` without masked values, which are no values to send; and the names of those values. */
export function withoutMasked(
  open: OpenParameters,
  masked: boolean,
): { readonly open: RepeatedOpen; readonly leftOut: readonly string[] } {
  if (!masked) return { open, leftOut: [] };
  const { participant, inputVariables, customConfig, ...rest } = open;
  const numbers = unmasked(participant);
  const inputs = unmasked(inputVariables ?? {});
  const configIsMasked = JSON.stringify(customConfig)?.includes(PERSONAL_DATA_MASK) === true;
  return {
    open: {
      ...rest,
      participant: numbers.known,
      ...(inputVariables === undefined ? {} : { inputVariables: inputs.known }),
      ...(customConfig === undefined || configIsMasked ? {} : { customConfig }),
    },
    leftOut: [
      ...numbers.leftOut,
      ...inputs.leftOut.map((name) => `input ${JSON.stringify(name)}`),
      ...(configIsMasked ? ['customConfig'] : []),
    ],
  };
}

function unmasked(values: Readonly<Record<string, string>>): {
  readonly known: Record<string, string>;
  readonly leftOut: readonly string[];
} {
  const entries = Object.entries(values);
  return {
    known: Object.fromEntries(entries.filter(([, value]) => value !== PERSONAL_DATA_MASK)),
    leftOut: entries.flatMap(([name, value]) => (value === PERSONAL_DATA_MASK ? [name] : [])),
  };
}

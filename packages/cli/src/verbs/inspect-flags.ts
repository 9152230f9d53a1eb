/** The flags of `hookline inspect`, as commander reads them. */
export interface InspectFlags {
  readonly filter?: string;
  readonly format: 'text' | 'json' | 'md';
  readonly follow?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly color: boolean;
}

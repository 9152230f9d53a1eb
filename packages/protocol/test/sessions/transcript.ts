/** Traffic on a connection at one time, in milliseconds since the upgrade. Messages are unvalidated, as on the wire. */
export type Row = { readonly t: number; readonly from: 'client' | 'server' } & (
  | { readonly message: { readonly type: string } & Readonly<Record<string, unknown>> }
  /** A binary frame of so many bytes. */
  | { readonly audio: number }
  /** The socket is closed. */
  | { readonly end: true }
);

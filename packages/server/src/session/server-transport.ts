import type { Transport } from '@hookline/runtime';

/** A transport as the server uses it: the client closes it, and the server drops what stays open. (AC-TIME-5) */
export type ServerTransport = Omit<Transport, 'close' | 'stopReading'>;

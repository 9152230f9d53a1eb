import { type ByteOrder, decodeL16, decodeMulaw, encodeL16, encodeMulaw } from '@hookline/audio';
import type { MediaFormat } from '@hookline/protocol';

/** The audio of a session as it is on the wire, one channel. Inside, all audio is 8 kHz µ-law. */
export interface WireFormat {
  readonly format: MediaFormat;
  /** L16 only. */
  readonly byteOrder: ByteOrder;
}

/** µ-law as it goes on the wire: the bytes themselves for PCMU. */
export function toWire(mulaw: Uint8Array, { format, byteOrder }: WireFormat): Uint8Array {
  return format === 'PCMU' ? mulaw : encodeL16(decodeMulaw(mulaw), byteOrder);
}

/** What came from the wire as µ-law: the bytes themselves for PCMU. */
export function fromWire(bytes: Uint8Array, { format, byteOrder }: WireFormat): Uint8Array {
  return format === 'PCMU' ? bytes : encodeMulaw(decodeL16(bytes, byteOrder));
}

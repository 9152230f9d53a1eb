import { checkArgument } from '@hookline/runtime';
import { PROTOCOL_VERSION } from './envelope.js';
import type {
  ClientMessageType,
  ClientParameters,
  ServerMessageType,
  ServerParameters,
} from './messages/index.js';

/** Serializes a client message as the text of a frame, with the fields in the order in which Genesys Cloud writes them. */
export function encodeClientMessage<T extends ClientMessageType>(
  type: T,
  envelope: { id: string; seq: number; serverseq: number; position: string },
  parameters: ClientParameters<T>,
): string {
  checkArgument('PROTOCOL_BAD_ARGUMENT', 'encodeClientMessage: envelope', envelope, 'object');
  return JSON.stringify({
    type,
    version: PROTOCOL_VERSION,
    id: envelope.id,
    seq: envelope.seq,
    serverseq: envelope.serverseq,
    position: envelope.position,
    parameters,
  });
}

/** Serializes a server message as the text of a frame, with the fields in the same order. */
export function encodeServerMessage<T extends ServerMessageType>(
  type: T,
  envelope: { id: string; seq: number; clientseq: number },
  parameters: ServerParameters<T>,
): string {
  checkArgument('PROTOCOL_BAD_ARGUMENT', 'encodeServerMessage: envelope', envelope, 'object');
  return JSON.stringify({
    type,
    version: PROTOCOL_VERSION,
    id: envelope.id,
    seq: envelope.seq,
    clientseq: envelope.clientseq,
    parameters,
  });
}

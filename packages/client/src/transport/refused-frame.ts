import type { ClauseId } from '@hookline/protocol';

/** The rule of this protocol that a frame broke which ws refused; most break only the WebSocket protocol (RFC 6455). */
export function clauseOfRefusedFrame(error: Error | undefined): ClauseId | undefined {
  const code: unknown = Reflect.get(Object(error), 'code');
  switch (code) {
    case 'WS_ERR_INVALID_UTF8':
      return 'AC-MSG-1';
    // Reserved bits belong to extensions, such as compression.
    case 'WS_ERR_UNEXPECTED_RSV_1':
    case 'WS_ERR_UNEXPECTED_RSV_2_3':
      return 'AC-CONN-6';
    default:
      return undefined;
  }
}

const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;
const NEWLINE = 0x0a;

/**
 * The type of the message that a binary frame contains by mistake: many WebSocket libraries send bytes as binary. Audio
 * is undefined, by its first and last byte alone in almost every case.
 */
export function misframedType(bytes: Uint8Array): string | undefined {
  if (bytes[0] !== OPENING_BRACE) return undefined;
  const last = bytes.at(-1);
  if (last !== CLOSING_BRACE && last !== NEWLINE) return undefined;
  try {
    const parsed: unknown = JSON.parse(new TextDecoder().decode(bytes));
    const type: unknown = Reflect.get(Object(parsed), 'type');
    return typeof type === 'string' ? type : undefined;
  } catch {
    return undefined;
  }
}

/**
 * A path or a part of one with its percent-encoding taken off, once. What is no percent-encoding stands for itself, and
 * so does all of a text that holds some of it that is no UTF-8.
 */
export function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

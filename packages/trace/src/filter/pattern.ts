/** Returns whether a text matches, ignoring case. */
export type Pattern = (text: string) => boolean;

/**
 * Compiles a value in which `*` matches any characters, such as `AC-MSG-*`. The parts are searched one after another, so
 * that matching takes at most the length of the value times that of the text.
 */
export function pattern(value: string): Pattern {
  const [first = '', ...more] = value.toLowerCase().split('*');
  const last = more.pop();
  if (last === undefined) return (text) => text.toLowerCase() === first;
  return (given) => {
    const text = given.toLowerCase();
    if (!text.startsWith(first) || text.length < first.length + last.length || !text.endsWith(last))
      return false;
    const end = text.length - last.length;
    let at = first.length;
    for (const part of more) {
      const found = text.indexOf(part, at);
      if (found < 0 || found + part.length > end) return false;
      at = found + part.length;
    }
    return true;
  };
}

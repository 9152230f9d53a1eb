const PART = /(<!-- generated: ([\w-]+) -->\n)[\s\S]*?(<!-- \/generated -->)/g;

/**
 * Replaces each generated part of a document between its markers.
 *
 * @throws Error for a marker without a part, and for a part without a marker
 */
export function fill(document: string, parts: Readonly<Record<string, string>>): string {
  const used = new Set<string>();
  const filled = document.replace(PART, (_, start: string, name: string, end: string) => {
    const part = parts[name];
    if (part === undefined) throw new Error(`document: nothing generates the part ${name}`);
    used.add(name);
    return `${start}\n${part}\n\n${end}`;
  });
  const unplaced = Object.keys(parts).filter((name) => !used.has(name));
  if (unplaced.length > 0) throw new Error(`document: no place for ${unplaced.join(', ')}`);
  return filled;
}

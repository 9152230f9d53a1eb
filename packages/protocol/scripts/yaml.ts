/** Words that YAML parsers do not read as strings. */
const NOT_TEXT = /^(?:true|false|null|yes|no|on|off|y|n|~)$/i;

/** JSON data as YAML in block style. */
export function yaml(value: unknown): string {
  return `${block(value, 0)}\n`;
}

function block(value: unknown, depth: number): string {
  const indent = '  '.repeat(depth);
  if (Array.isArray(value) && value.length > 0) {
    return value
      .map((item) => `${indent}- ${isNested(item) ? block(item, depth + 1).trimStart() : scalar(item)}`)
      .join('\n');
  }
  const entries = Object.entries(value ?? {}).filter(([, inner]) => inner !== undefined);
  return entries
    .map(([key, inner]) =>
      isNested(inner)
        ? `${indent}${text(key)}:\n${block(inner, depth + 1)}`
        : `${indent}${text(key)}: ${scalar(inner)}`,
    )
    .join('\n');
}

function isNested(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0;
}

function scalar(value: unknown): string {
  if (typeof value === 'string') return text(value);
  // Numbers, booleans, null, and the empty object and array.
  return JSON.stringify(value);
}

function text(value: string): string {
  const plain = /^[A-Za-z_/$][\w ./()-]*$/.test(value) && !value.endsWith(' ') && !NOT_TEXT.test(value);
  return plain ? value : JSON.stringify(value);
}

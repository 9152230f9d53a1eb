/** Whether a value, such as one of parsed JSON, is an object with named fields: not null, and no array. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

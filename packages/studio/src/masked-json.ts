/** Fields whose values are defined by the contract and need no masking, except inside the records of a call. */
const UNMASKED_FIELDS = new Set([
  'callId',
  'id',
  'traceId',
  'kind',
  'dir',
  'traceDir',
  'state',
  'activity',
  'origin',
  'vantage',
  'path',
  'cause',
  'errorType',
  'ended',
]);
/** Records from the bot: both names and values are its own. */
const BOT_RECORDS = new Set(['outputs', 'discardedOutputs']);

/**
 * Serializes a message to the page, or an answer to it, with the texts in it masked one by one: in the JSON as a whole, a
 * credential could also be part of a number or of its punctuation.
 *
 * @param mask - masks the credentials in a text
 */
export function stringifyMasked(message: object, mask: (text: string) => string): string {
  return JSON.stringify(message, function (this: unknown, name, value: unknown) {
    if (typeof value === 'string') {
      const isUnmasked = UNMASKED_FIELDS.has(name) || (name === 'type' && this === message);
      return isUnmasked ? value : mask(value);
    }
    if (!BOT_RECORDS.has(name) || typeof value !== 'object' || value === null) return value;
    // An output may have the same name as a field.
    return Object.entries(value).length === 0 || Array.isArray(value)
      ? value
      : Object.fromEntries(
          Object.entries(value).map(([key, one]) => [mask(key), typeof one === 'string' ? mask(one) : one]),
        );
  });
}

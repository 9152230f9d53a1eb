/** What the form of an integration in Genesys Cloud takes for an API key, as it is documented by one vendor. */
const FORM_PATTERN = /^[a-zA-Z0-9+/_-]+={0,2}$/;

/**
 * What there is to say of an API key that works here and cannot be entered there. The key itself is not shown.
 *
 * @param apiKey - of printable ASCII characters
 */
export function keyWarning(apiKey: string): readonly string[] {
  if (FORM_PATTERN.test(apiKey)) return [];
  return [
    'the API key holds characters that the form of the integration in Genesys Cloud is said not to take; expected letters, digits, +, /, _ and -, with up to two = at the end',
  ];
}

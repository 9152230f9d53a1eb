import { API_KEY_PATTERN } from '@hookline/protocol/signature';

/**
 * What there is to say of an API key that works here and cannot be entered there. The key itself is not shown.
 *
 * @param apiKey - of printable ASCII characters
 */
export function keyWarning(apiKey: string): readonly string[] {
  if (API_KEY_PATTERN.test(apiKey)) return [];
  return [
    'the API key holds characters that the form of the integration in Genesys Cloud is said not to take; expected letters, digits, +, /, _ and -, with up to two = at the end',
  ];
}

import { API_KEY_PATTERN } from '@hookline/protocol/signature';

/**
 * A warning about an API key that works here but cannot be entered in Genesys Cloud. It does not show the key.
 *
 * @param apiKey - of printable ASCII characters
 */
export function keyWarning(apiKey: string): readonly string[] {
  if (API_KEY_PATTERN.test(apiKey)) return [];
  return [
    'the API key holds characters that the form of the integration in Genesys Cloud is said not to take; expected letters, digits, +, /, _ and -, with up to two = at the end',
  ];
}

/** The name of the action in texts about a call: of a call whose page gives none, and of a stored one, whose trace has none. */
export const DEFAULT_ACTION_NAME = 'Call Audio Connector';

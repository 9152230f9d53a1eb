/** The bodies of evidence that clauses cite; a clause may add the place within one after a colon. */
export const sources = {
  referenceClient: 'Genesys AudioHook reference implementation, client',
  referenceServer: 'Genesys AudioHook reference implementation, server',
  connectorServer: 'Genesys Audio Connector reference server',
  resourceCenter: 'Genesys Cloud Resource Center',
  protocolPages: 'Genesys AudioHook documentation, as quoted by an independent implementation',
  field: 'independent implementations that run against Genesys Cloud',
  choice: 'no source; chosen by Hookline',
} as const;

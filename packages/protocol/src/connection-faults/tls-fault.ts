/** What is wrong with the certificate of the bot, or with the TLS handshake, and its cure. */
export function tlsFault(code: string, reason: string | undefined): string {
  switch (code) {
    case 'CERT_HAS_EXPIRED':
      return 'has a certificate that has expired; renew it, and check the clock of this machine';
    case 'CERT_NOT_YET_VALID':
      return 'has a certificate that is not valid yet; check the clock of both machines';
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
    case 'HOSTNAME_MISMATCH':
      return 'has a certificate for another name; it must list the host of the Base Connection URI';
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
      return 'has a certificate that is signed by no authority known here; Genesys Cloud requires a certificate of a public authority';
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
      return 'has a certificate whose issuer is not known here; does the bot send the whole chain? Genesys Cloud requires a certificate of a public authority';
    case 'INVALID_PURPOSE':
      return 'has a certificate that is not meant for a server; its extended key usage must include serverAuth';
    default:
      return isHandshakeCode(code)
        ? handshakeFault(reason ?? '')
        : 'failed to make a TLS connection; Genesys Cloud requires a certificate of a public authority';
  }
}

/**
 * The reason that OpenSSL gives for a failed handshake, such as `tlsv1 alert protocol version`; undefined for another
 * error. Depending on the release of Node and the alert, it is a field or a part of the message.
 */
export function opensslReason(code: string | undefined, error: unknown): string | undefined {
  if (code === undefined || !isHandshakeCode(code)) return undefined;
  const field: unknown = Reflect.get(Object(error), 'reason');
  if (typeof field === 'string' && field !== '') return field;
  const message: unknown = Reflect.get(Object(error), 'message');
  // 40F70C…:error:0A00042E:SSL routines:ssl3_read_bytes:tlsv1 alert protocol version:../rec_layer_s3.c:1605:…
  return /:error:[0-9a-f]+:[^:]*:[^:]*:([^:\n]+)/i.exec(String(message))?.[1];
}

/** Errors of OpenSSL outside of the check of the certificate. */
function isHandshakeCode(code: string): boolean {
  return code === 'EPROTO' || code.startsWith('ERR_SSL_');
}

/** What a reason of OpenSSL means for the operator of a bot. */
function handshakeFault(reason: string): string {
  if (/protocol.version|unsupported.protocol|version.too.low/i.test(reason)) {
    return 'has no version of TLS in common with this client; offer TLS 1.2 or 1.3';
  }
  if (/certificate.required|peer.did.not.return.a.certificate/i.test(reason)) {
    return 'requires a client certificate, which this client does not send; do not require one';
  }
  if (/unrecognized.name/i.test(reason)) {
    return 'has no certificate for the host of the Base Connection URI; check the host, and the names for which the endpoint serves TLS';
  }
  if (/handshake.failure|no.shared.cipher/i.test(reason)) {
    return 'refused the TLS handshake; check that it shares a cipher suite with current clients, and does not require a client certificate';
  }
  return 'failed to make a TLS connection; check the TLS configuration of the endpoint';
}

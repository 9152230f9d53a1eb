import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { messageOf } from '@hookline/runtime';
import { UsageError } from '../exit-codes.js';
import { readTextFile } from './read-text-file.js';

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/**
 * Reads a file of certificates in PEM. OpenSSL would pass over one that it cannot read.
 *
 * @throws UsageError if it contains none, or one that cannot be read
 */
export function readCertificates(path: string, option: string): string {
  const text = readTextFile(path, option);
  certificatesOf(text, path, option);
  return text;
}

/** The key and certificates of a server, in PEM. */
export interface ServerCertificate {
  readonly cert: string;
  readonly key: string;
}

/** Reads the files of `--cert` and `--key`. @throws UsageError that says which of them cannot be used, and why */
export function readServerCertificate(certPath: string, keyPath: string): ServerCertificate {
  const cert = readTextFile(certPath, '--cert');
  const [own, ...others] = certificatesOf(cert, certPath, '--cert');
  const key = readTextFile(keyPath, '--key');
  const privateKey = privateKeyOf(key, keyPath);
  if (own?.checkPrivateKey(privateKey)) return { cert, key };
  const cure = others.some((other) => other.checkPrivateKey(privateKey))
    ? 'a chain begins with the certificate of the server: change the order'
    : 'choose the key that the certificate was made with';
  throw new UsageError(
    `--key: ${JSON.stringify(keyPath)} is not the key of the first certificate in ${JSON.stringify(certPath)} (--cert); ${cure}.`,
  );
}

function certificatesOf(text: string, path: string, option: string): X509Certificate[] {
  const blocks = text.match(CERTIFICATE) ?? [];
  if (blocks.length === 0) {
    throw new UsageError(
      `${option}: ${JSON.stringify(path)} contains no certificate; expected PEM, which begins with "-----BEGIN CERTIFICATE-----".`,
    );
  }
  return blocks.map((block) => {
    try {
      return new X509Certificate(block);
    } catch (error) {
      throw new UsageError(
        `${option}: ${JSON.stringify(path)} contains a certificate that cannot be read (${messageOf(error)}); write it again.`,
      );
    }
  });
}

function privateKeyOf(text: string, path: string): KeyObject {
  const at = `--key: ${JSON.stringify(path)}`;
  if (!/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text)) {
    throw new UsageError(
      `${at} contains no private key; expected PEM, which begins with "-----BEGIN PRIVATE KEY-----".`,
    );
  }
  if (/ENCRYPTED/.test(text)) {
    throw new UsageError(
      `${at} is encrypted; decrypt it, such as with: openssl pkey -in ${JSON.stringify(path)} -out decrypted.pem`,
    );
  }
  try {
    return createPrivateKey(text);
  } catch (error) {
    throw new UsageError(`${at} contains a private key that cannot be read (${messageOf(error)}).`);
  }
}

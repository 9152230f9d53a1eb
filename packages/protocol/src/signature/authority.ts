/**
 * The forms of `@authority` that a `Host` header can stand for, the likelier one first (AC-SIG-10).
 *
 * A default port is left out of the signed form. Which port is the default depends on the scheme, which a
 * server behind a proxy does not see; so a host that names port 80 or 443 may have been signed with or without.
 */
export function authorityForms(host: string): readonly [string, ...string[]] {
  const authority = host.toLowerCase();
  const withoutPort = authority.replace(/:(?:80|443)$/, '');
  return withoutPort === authority ? [authority] : [withoutPort, authority];
}

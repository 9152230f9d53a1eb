import { lookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { names, object } from '../argument-check.js';
import { argumentError } from '../argument-error.js';
import { isPublicAddress } from './addresses.js';
import type { Dial } from './dial.js';
import { DialError } from './dial-error.js';
import { createWsDial, type WsDialOptions } from './ws-dial.js';

/** Options of `hostedDial`. */
export interface HostedDialOptions extends Pick<WsDialOptions, 'clock'> {
  /** The hosts that may be dialled: names, or `*.example.com` for all subdomains. Default: any. */
  readonly allowHosts?: readonly string[];
  /** Refuses addresses that are not public, whichever name resolves to them. Default true. */
  readonly denyPrivate?: boolean;
}

/** Options of `createWsDial` that would bypass the check of addresses. */
const BYPASSING = ['agent', 'lookup'] as const;

/**
 * A dialler for a service that dials URLs it does not trust: `ws` and `wss` only, only allowed hosts, only public
 * addresses. It connects to the address that was checked, so a name cannot resolve differently in between. It accepts
 * no `agent` and no `lookup`, which would bypass the check.
 *
 * @throws HooklineError `CLIENT_BAD_ARGUMENT` naming the option
 */
export function hostedDial(options: HostedDialOptions = {}): Dial {
  check(options);
  const { allowHosts, denyPrivate = true, clock } = options;
  const patterns = allowHosts?.map((pattern) => withoutDot(pattern.toLowerCase()));
  const dial = createWsDial({
    ...(clock ? { clock } : {}),
    ...(denyPrivate ? { lookup: publicLookup } : {}),
  });
  return async (request) => {
    const host = hostOf(request.url);
    if (patterns && !patterns.some((pattern) => matches(pattern, host))) {
      throw new DialError('DIAL_REFUSED', `${host} is not one of the allowed hosts (allowHosts)`);
    }
    // An IP address needs no look-up.
    if (denyPrivate && isIP(host) !== 0 && !isPublicAddress(host)) {
      throw new DialError(
        'DIAL_REFUSED',
        `${host} is not a public address, and only those are allowed (denyPrivate)`,
      );
    }
    return dial(request);
  };
}

function check(options: HostedDialOptions): void {
  const given = object(options, 'options');
  for (const name of BYPASSING) {
    const value = given[name];
    if (value === undefined) continue;
    throw argumentError(
      name,
      value,
      'no such option: it would bypass the check of addresses; use createWsDial if you trust the URLs',
    );
  }
  names(options, '', ['allowHosts', 'denyPrivate', 'clock', ...BYPASSING]);
  const { allowHosts, denyPrivate } = options;
  if (
    allowHosts !== undefined &&
    (!Array.isArray(allowHosts) || !allowHosts.every((host) => typeof host === 'string' && host !== ''))
  ) {
    throw argumentError(
      'allowHosts',
      allowHosts,
      'an array of host names, such as bots.example or *.example',
    );
  }
  if (denyPrivate !== undefined && typeof denyPrivate !== 'boolean') {
    throw argumentError('denyPrivate', denyPrivate, 'true or false');
  }
}

/** The host of a URL as it is checked: in lower case, without brackets and without the dot of the root. */
function hostOf(url: string): string {
  const { protocol, hostname } = parse(url);
  if (protocol !== 'ws:' && protocol !== 'wss:') {
    throw new DialError('DIAL_REFUSED', `the scheme ${protocol} is not allowed; expected ws: or wss:`);
  }
  return withoutDot(hostname.replace(/^\[|\]$/g, ''));
}

function parse(url: string): URL {
  if (URL.canParse(url)) return new URL(url);
  throw new DialError('DIAL_INVALID_ACTION', 'the dialled value is not a URL');
}

function withoutDot(host: string): string {
  return host.replace(/\.+$/, '');
}

function matches(pattern: string, host: string): boolean {
  return pattern.startsWith('*.') ? host.endsWith(pattern.slice(1)) : host === pattern;
}

/** Resolves with the resolver of the machine, and omits addresses that are not public. */
const publicLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) {
      callback(error, '', 0);
      return;
    }
    const open = addresses.filter(({ address }) => isPublicAddress(address));
    const [first] = open;
    if (!first) {
      const text = `${hostname} does not resolve to a public address, and only those are allowed (denyPrivate)`;
      callback(new DialError('DIAL_REFUSED', text), '', 0);
    } else if (options.all) {
      callback(null, open);
    } else {
      callback(null, first.address, first.family);
    }
  });
};

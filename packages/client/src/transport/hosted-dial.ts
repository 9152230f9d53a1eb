import { lookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import type { Dial } from './dial.js';
import { DialError } from './dial-error.js';
import { createWsDial, type WsDialOptions } from './ws-dial.js';

/** Options of `hostedDial`. */
export interface HostedDialOptions extends Omit<WsDialOptions, 'lookup'> {
  /** The hosts that may be dialled: names, or `*.example.com` for all names below. Default: any. */
  readonly allowHosts?: readonly string[];
  /** Refuses addresses that are not public, whatever name leads there. Default true. */
  readonly denyPrivate?: boolean;
}

/** IANA special-purpose registries: what no stranger's bot may make us talk to. */
const NOT_PUBLIC_V4: readonly (readonly [network: string, prefix: number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
];
const NOT_PUBLIC_V6: readonly (readonly [network: string, prefix: number])[] = [
  ['::', 96],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
];

/**
 * A dialler for a service that dials URLs of strangers: only allowed hosts, only public addresses. The address
 * that was checked is the one that is connected to, so a name cannot change its mind in between.
 */
export function hostedDial(options: HostedDialOptions = {}): Dial {
  const { allowHosts, denyPrivate = true, ...socket } = options;
  const dial = createWsDial(denyPrivate ? { ...socket, lookup: publicLookup(notPublic()) } : socket);
  return async (request) => {
    const { hostname } = new URL(request.url);
    const host = hostname.replace(/^\[|\]$/g, '');
    if (allowHosts && !allowHosts.some((pattern) => matches(pattern, host))) {
      throw new DialError('refused', `${host} is not among the hosts that may be dialled here`);
    }
    if (denyPrivate && isIP(host) !== 0 && isListed(notPublic(), host)) {
      throw new DialError('refused', `${host} is no public address, and only those may be dialled here`);
    }
    return dial(request);
  };
}

function matches(pattern: string, host: string): boolean {
  const name = pattern.toLowerCase();
  return name.startsWith('*.') ? host.endsWith(name.slice(1)) : host === name;
}

function notPublic(): BlockList {
  const list = new BlockList();
  for (const [network, prefix] of NOT_PUBLIC_V4) list.addSubnet(network, prefix, 'ipv4');
  for (const [network, prefix] of NOT_PUBLIC_V6) list.addSubnet(network, prefix, 'ipv6');
  return list;
}

/** IPv4 addresses that are written as IPv6 are looked up as what they are. */
function isListed(list: BlockList, address: string): boolean {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return list.check(mapped, 'ipv4');
  return list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

/** Resolves as the machine does, and leaves out what is not public. */
function publicLookup(list: BlockList): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) {
        callback(error, '', 0);
        return;
      }
      const open = addresses.filter(({ address }) => !isListed(list, address));
      const [first] = open;
      if (!first) {
        callback(
          new DialError(
            'refused',
            `${hostname} leads to no public address, and only those may be dialled here`,
          ),
          '',
          0,
        );
      } else if (options.all) {
        callback(null, open);
      } else {
        callback(null, first.address, first.family);
      }
    });
  };
}

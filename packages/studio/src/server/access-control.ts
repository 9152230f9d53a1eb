import { timingSafeEqual } from 'node:crypto';
import { RequestError } from '../error.js';
import { SUBPROTOCOL, TOKEN_PREFIX } from '../messages.js';

/** The parts of a request that access depends on. */
export interface AccessRequest {
  readonly method: string;
  readonly host: string | undefined;
  readonly origin: string | undefined;
}

/** Accepts requests of this studio's page only. */
export interface AccessControl {
  /** Checks any request. @throws RequestError 421 for a foreign `Host`, as in DNS rebinding */
  checkHost(request: AccessRequest): void;
  /** Checks an API request: own `Origin`, which only a GET may omit, and the token. @throws RequestError */
  checkApi(request: AccessRequest, authorization: string | undefined): void;
  /** Checks an upgrade: own `Origin`, and the token among the subprotocols. @throws RequestError */
  checkSocket(request: AccessRequest, subprotocols: readonly string[]): void;
}

/** Creates the access control of a studio. @param token - the secret of this launch */
export function createAccessControl(port: number, token: string): AccessControl {
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
  const origins = hosts.map((host) => `http://${host}`);
  const isToken = (presented: string) => equalInConstantTime(presented, token);
  const checkHost = (request: AccessRequest) => {
    if (request.host !== undefined && hosts.includes(request.host.toLowerCase())) return;
    throw new RequestError(
      421,
      'foreign-host',
      `The Host header ${JSON.stringify(request.host ?? '')} does not match this studio. Open the URL that \`hookline studio\` printed.`,
    );
  };
  const checkOrigin = ({ method, origin }: AccessRequest, isSocket: boolean) => {
    if (origin === undefined && method === 'GET' && !isSocket) return;
    if (origin !== undefined && origins.includes(origin.toLowerCase())) return;
    throw new RequestError(
      403,
      'foreign-origin',
      `The Origin header ${JSON.stringify(origin ?? '')} does not match the page of this studio. Open the URL that \`hookline studio\` printed.`,
    );
  };
  const rejectToken = () => {
    throw new RequestError(
      403,
      'wrong-token',
      'The token is missing or belongs to another launch. Open the URL that `hookline studio` printed, including everything after the #.',
    );
  };
  return {
    checkHost,
    checkApi(request, authorization) {
      checkHost(request);
      checkOrigin(request, false);
      const presented = /^Bearer (\S+)$/.exec(authorization ?? '')?.[1];
      if (presented === undefined || !isToken(presented)) rejectToken();
    },
    checkSocket(request, subprotocols) {
      checkHost(request);
      checkOrigin(request, true);
      const presented = subprotocols.find((one) => one.startsWith(TOKEN_PREFIX));
      if (presented === undefined || !isToken(presented.slice(TOKEN_PREFIX.length))) rejectToken();
      if (subprotocols.includes(SUBPROTOCOL)) return;
      throw new RequestError(
        400,
        'wrong-subprotocol',
        `The subprotocol ${SUBPROTOCOL} is missing: the page and the studio have different versions. Reload the page.`,
      );
    },
  };
}

/** Compares two strings without revealing by its timing how much of them is equal. */
function equalInConstantTime(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

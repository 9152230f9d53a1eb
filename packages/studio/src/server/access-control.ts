import { timingSafeEqual } from 'node:crypto';
import { RequestError } from '../error.js';
import { SUBPROTOCOL, TOKEN_PREFIX } from '../messages.js';

/** What of a request decides whether it is let in. */
export interface AccessRequest {
  readonly method: string;
  readonly host: string | undefined;
  readonly origin: string | undefined;
}

/** Lets in what comes from the page of this studio, and nobody else. */
export interface AccessControl {
  /** Any request. @throws RequestRefused 421 for a foreign `Host`: a name of elsewhere that leads to this address */
  checkHost(request: AccessRequest): void;
  /** A request for data: own `Origin`, which only a GET may leave out, and the token. @throws RequestRefused */
  checkApi(request: AccessRequest, authorization: string | undefined): void;
  /** An upgrade: own `Origin` and the token among the subprotocols. @throws RequestRefused */
  checkSocket(request: AccessRequest, subprotocols: readonly string[]): void;
}

/** The door of a studio. @param token - the secret of this launch */
export function createAccessControl(port: number, token: string): AccessControl {
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
  const origins = hosts.map((host) => `http://${host}`);
  const isToken = (presented: string) => equalInConstantTime(presented, token);
  const checkHost = (request: AccessRequest) => {
    if (request.host !== undefined && hosts.includes(request.host.toLowerCase())) return;
    throw new RequestError(
      421,
      'foreign-host',
      `The Host ${JSON.stringify(request.host ?? '')} is not this studio. Open the URL that \`hookline studio\` printed.`,
    );
  };
  const checkOrigin = ({ method, origin }: AccessRequest, isSocket: boolean) => {
    if (origin === undefined && method === 'GET' && !isSocket) return;
    if (origin !== undefined && origins.includes(origin.toLowerCase())) return;
    throw new RequestError(
      403,
      'foreign-origin',
      `The Origin ${JSON.stringify(origin ?? '')} is not the page of this studio. Open the URL that \`hookline studio\` printed.`,
    );
  };
  const rejectToken = () => {
    throw new RequestError(
      403,
      'wrong-token',
      'The token is missing or is not the one of this launch. Open the URL that `hookline studio` printed, with all that stands behind #.',
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
        `The subprotocol ${SUBPROTOCOL} is missing: the page and the studio are of different versions. Reload the page.`,
      );
    },
  };
}

/** Compares in a time that does not tell how much is right. */
function equalInConstantTime(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

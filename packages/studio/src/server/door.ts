import { timingSafeEqual } from 'node:crypto';
import { RequestRefused } from '../error.js';
import { SUBPROTOCOL, TOKEN_PREFIX } from '../messages.js';

/** What of a request decides whether it is let in. */
export interface Knock {
  readonly method: string;
  readonly host: string | undefined;
  readonly origin: string | undefined;
}

/** Lets in what comes from the page of this studio, and nobody else. */
export interface Door {
  /** Any request. @throws RequestRefused 421 for a foreign `Host`: a name of elsewhere that leads to this address */
  host(knock: Knock): void;
  /** A request for data: own `Origin`, which only a GET may leave out, and the token. @throws RequestRefused */
  data(knock: Knock, authorization: string | undefined): void;
  /** An upgrade: own `Origin` and the token among the subprotocols. @throws RequestRefused */
  socket(knock: Knock, subprotocols: readonly string[]): void;
}

/** The door of a studio. @param token - the secret of this launch */
export function createDoor(port: number, token: string): Door {
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
  const origins = hosts.map((host) => `http://${host}`);
  const isToken = (given: string) => sameText(given, token);
  const host = (knock: Knock) => {
    if (knock.host !== undefined && hosts.includes(knock.host.toLowerCase())) return;
    throw new RequestRefused(
      421,
      'foreign-host',
      `The Host ${JSON.stringify(knock.host ?? '')} is not this studio. Open the URL that \`hookline studio\` printed.`,
    );
  };
  const origin = ({ method, origin: from }: Knock, isSocket: boolean) => {
    if (from === undefined && method === 'GET' && !isSocket) return;
    if (from !== undefined && origins.includes(from.toLowerCase())) return;
    throw new RequestRefused(
      403,
      'foreign-origin',
      `The Origin ${JSON.stringify(from ?? '')} is not the page of this studio. Open the URL that \`hookline studio\` printed.`,
    );
  };
  const refuseToken = () => {
    throw new RequestRefused(
      403,
      'wrong-token',
      'The token is missing or is not the one of this launch. Open the URL that `hookline studio` printed, with all that stands behind #.',
    );
  };
  return {
    host,
    data(knock, authorization) {
      host(knock);
      origin(knock, false);
      const given = /^Bearer (\S+)$/.exec(authorization ?? '')?.[1];
      if (given === undefined || !isToken(given)) refuseToken();
    },
    socket(knock, subprotocols) {
      host(knock);
      origin(knock, true);
      const given = subprotocols.find((one) => one.startsWith(TOKEN_PREFIX));
      if (given === undefined || !isToken(given.slice(TOKEN_PREFIX.length))) refuseToken();
      if (subprotocols.includes(SUBPROTOCOL)) return;
      throw new RequestRefused(
        400,
        'wrong-subprotocol',
        `The subprotocol ${SUBPROTOCOL} is missing: the page and the studio are of different versions. Reload the page.`,
      );
    },
  };
}

/** Compares in a time that does not tell how much is right. */
function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

import { availableParallelism } from 'node:os';
import { numberFault } from '@hookline/runtime';

/** The settings of an instance and of the cluster. */
export interface Environment {
  readonly apiKey: string;
  readonly clientSecret: string;
  readonly host: string;
  readonly port: number;
  readonly redisUrl: string | undefined;
  readonly maxSessions: number;
  readonly drainMs: number;
  readonly workers: number;
}

/** Timers of Node.js have no longer delay. */
const LONGEST_SECONDS = 2_147_483;

/**
 * Reads and checks all settings at once: a wrong one must be noticed at the start, not at the SIGTERM that needs it. A
 * variable without a value counts as not set, because compose and Helm pass those on as empty ones.
 *
 * @throws Error which names the variable, its value and what is expected
 */
export function readEnvironment(variables: NodeJS.ProcessEnv): Environment {
  const setting = (name: string) => variables[name] || undefined;
  const numberOf = (name: string, standard: number, min: number, max: number): number => {
    const text = setting(name);
    // `Number` alone would read " " as 0 and "0x10" as 16.
    const value = text === undefined ? standard : /^\d+$/.test(text) ? Number(text) : text;
    const fault = numberFault(name, value, { integer: true, min, max });
    if (fault !== undefined) throw new Error(`${fault}, or no value for ${standard}.`);
    return Number(value);
  };
  const clientSecret = setting('CLIENT_SECRET');
  if (clientSecret === undefined) {
    throw new Error(
      'CLIENT_SECRET is not set; expected the client secret of the integration, which is base64 text.',
    );
  }
  const redisUrl = setting('REDIS_URL');
  // Not shown: it may contain a password.
  if (redisUrl !== undefined && !/^rediss?:\/\/[^/]/.test(redisUrl)) {
    throw new Error(
      'REDIS_URL is not the address of a Redis; expected redis://HOST:PORT or rediss://…, or no value for nonces in this process.',
    );
  }
  return {
    apiKey: setting('API_KEY') ?? 'fleet',
    clientSecret,
    host: setting('HOST') ?? '127.0.0.1',
    port: numberOf('PORT', 8080, 0, 65_535),
    redisUrl,
    maxSessions: numberOf('MAX_SESSIONS', 1000, 1, 2_147_483_647),
    drainMs: numberOf('DRAIN_SECONDS', 900, 0, LONGEST_SECONDS) * 1000,
    workers: numberOf('WORKERS', availableParallelism(), 1, 1024),
  };
}

/** The settings of this process. It ends with 2 if one is wrong. */
export function ownEnvironment(): Environment {
  try {
    return readEnvironment(process.env);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(2);
  }
}

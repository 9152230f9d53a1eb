/** One way to reach a bot, and what its calls carry: everything is optional, and flags and environment go before it. */
export interface ProfileConfig {
  /** Where to call, Connector ID included; or `baseUri` with `connectorId`. */
  readonly url?: string;
  /** Base connection URI of the integration. */
  readonly baseUri?: string;
  /** Connector ID, appended to `baseUri`. */
  readonly connectorId?: string;
  /** API key of the integration. */
  readonly apiKey?: string;
  /** Client secret of the integration, base64. Better in `clientSecretFile`, or in the environment. */
  readonly clientSecret?: string;
  /** File that holds the client secret; relative to the configuration. */
  readonly clientSecretFile?: string;
  /** `false` sends no signature. */
  readonly sign?: boolean;
  /** Organization id; default a new one for each run. */
  readonly orgId?: string;
  /** The caller's number. */
  readonly ani?: string;
  /** The caller's name. */
  readonly aniName?: string;
  /** The number that was called. */
  readonly dnis?: string;
  /** Language of the flow, such as `en-US`. */
  readonly language?: string;
  /** Input variables; `--input` replaces single ones. */
  readonly inputs?: Readonly<Record<string, string>>;
  /** Declared outputs; none declared takes all. */
  readonly outputs?: readonly string[];
  /** Certificate authority to trust (PEM file); relative to the configuration. */
  readonly ca?: string;
  /** `true` does not check the certificate. */
  readonly insecure?: boolean;
  /** `true` allows `ws:` to a public host. */
  readonly allowWs?: boolean;
  /** Audio format. */
  readonly media?: 'PCMU' | 'L16';
  /** Caller audio in one frame, in milliseconds. */
  readonly frameMs?: number;
  /** Rate limits on the bot's messages. */
  readonly limits?: 'genesys' | 'off';
  /** What the caller says until the bot sends `opened`: sent at once, or lost. */
  readonly lateOpened?: 'burst' | 'discard';
  /** Port that `serve` listens on; 0 takes a free one. */
  readonly port?: number;
  /** Address that `serve` listens on. */
  readonly host?: string;
  /** `false` lets `serve` take everybody. */
  readonly auth?: boolean;
  /** How long live calls of `serve` may go on after SIGTERM, such as `5s`. */
  readonly drain?: string;
  /** Profile of `check`: a file that tells how to make the bot act; relative to the configuration. */
  readonly check?: string;
}

/** What `hookline.config` exports. */
export interface HooklineConfig {
  /** By the name that `--profile` takes. */
  readonly profiles: Readonly<Record<string, ProfileConfig>>;
}

/** Returns what it is given: for editors, which complete and check its fields. */
export function defineConfig(config: HooklineConfig): HooklineConfig {
  return config;
}

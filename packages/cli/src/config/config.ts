/** The settings for a bot. All fields are optional; flags and environment variables override them. */
export interface ProfileConfig {
  /** URL of the bot including the Connector ID. Alternative: `baseUri` with `connectorId`. */
  readonly url?: string;
  /** Base connection URI of the integration. */
  readonly baseUri?: string;
  /** Connector ID, appended to `baseUri`. */
  readonly connectorId?: string;
  /** API key of the integration. */
  readonly apiKey?: string;
  /** Client secret of the integration, base64. Prefer `clientSecretFile` or `HOOKLINE_CLIENT_SECRET`. */
  readonly clientSecret?: string;
  /** File with the client secret; relative to the configuration file. */
  readonly clientSecretFile?: string;
  /** `false` sends no signature. */
  readonly sign?: boolean;
  /** Organization id; default: a new one for each run. */
  readonly orgId?: string;
  /** The caller's number. */
  readonly ani?: string;
  /** The caller's name. */
  readonly aniName?: string;
  /** The number that the caller dialled. */
  readonly dnis?: string;
  /** Language of the flow, such as `en-US`. */
  readonly language?: string;
  /** Input variables; `--input` overrides single ones. */
  readonly inputs?: Readonly<Record<string, string>>;
  /** Declared outputs; without any, all outputs are accepted. */
  readonly outputs?: readonly string[];
  /** Certificate authority to trust (PEM file); relative to the configuration file. */
  readonly ca?: string;
  /** `true` skips the check of the certificate. */
  readonly insecure?: boolean;
  /** `true` allows `ws:` to a public host. */
  readonly allowWs?: boolean;
  /** Audio format. */
  readonly media?: 'PCMU' | 'L16';
  /** Duration of the caller audio in one frame, in milliseconds. */
  readonly frameMs?: number;
  /** Rate limits for the messages of the bot. */
  readonly limits?: 'genesys' | 'off';
  /** Caller audio from before `opened`: `burst` sends it at once, `discard` drops it. */
  readonly lateOpened?: 'burst' | 'discard';
  /** Port of `serve`; 0 selects a free port. */
  readonly port?: number;
  /** Address of `serve`. */
  readonly host?: string;
  /** `false` disables authentication in `serve`. */
  readonly auth?: boolean;
  /** How long running calls of `serve` may continue after SIGTERM, such as `5s`. */
  readonly drain?: string;
  /** Check profile: a file that describes how to make the bot act; relative to the configuration file. */
  readonly check?: string;
}

/** The default export of `hookline.config`. */
export interface HooklineConfig {
  /** Profiles by the name for `--profile`. */
  readonly profiles: Readonly<Record<string, ProfileConfig>>;
}

/** Returns its argument unchanged. In an editor it provides completion and type checks. */
export function defineConfig(config: HooklineConfig): HooklineConfig {
  return config;
}

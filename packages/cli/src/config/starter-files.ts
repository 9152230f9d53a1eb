import { existsSync } from 'node:fs';
import { shellQuote } from '../output/text.js';

/** A file that `hookline init` writes. */
export interface StarterFile {
  readonly path: string;
  readonly about: string;
  readonly text: string;
}

/**
 * A configuration, a check profile, and a GitHub Actions workflow that runs the check. The workflow installs npm packages
 * only if the working directory has a package.json, because a bot can be written in any language.
 *
 * @param url - the URL of the bot
 * @param start - the command that starts the bot
 */
export function starterFiles(url: string, start: string): readonly StarterFile[] {
  const install = installCommand();
  return [
    {
      path: 'hookline.config.mjs',
      about: 'profiles for call, check, serve and others',
      text: configText(url),
    },
    {
      path: 'hookline.check.json',
      about: 'check profile: how to make your bot act',
      text: CHECK_PROFILE,
    },
    {
      path: '.github/workflows/hookline.yml',
      about: `GitHub Actions workflow that runs check${install === undefined ? '; add what installs your bot' : ''}`,
      text: workflowText(start, install),
    },
  ];
}

const configText = (
  url: string,
) => `// hookline config show prints the effective values. Flags and environment variables override them.

/** @type {import('hookline').HooklineConfig} */
export default {
  profiles: {
    local: {
      url: ${JSON.stringify(url)},
      check: 'hookline.check.json',
      // Do not put secrets into this file: use HOOKLINE_API_KEY and HOOKLINE_CLIENT_SECRET, or
      // clientSecretFile: 'secret.txt',
      inputs: {},
    },
  },
};
`;

const CHECK_PROFILE = `${JSON.stringify(
  {
    triggers: {
      speak: { dtmf: '1' },
      complete: { dtmf: '#' },
    },
  },
  null,
  2,
)}
`;

/** The command that installs the packages of a bot for Node. */
function installCommand(): string | undefined {
  // npm ci refuses to run without a package-lock.json.
  if (existsSync('package-lock.json')) return 'npm ci';
  return existsSync('package.json') ? 'npm install' : undefined;
}

const workflowText = (start: string, install: string | undefined) => `name: hookline
on: [push, pull_request]
jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-node@v4
        with:
          node-version: 22
      ${install === undefined ? '# Install here what your bot needs.' : `- run: ${install}`}
      - run: >-
          npx --yes hookline check --profile local --trace traces
          --start ${shellQuote(start)} --reporter junit=hookline.xml --reporter github
      - if: failure()
        uses: actions/upload-artifact@v4
        with:
          name: hookline
          path: |
            hookline.xml
            traces/
`;

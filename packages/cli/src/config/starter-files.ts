import { shellQuote } from '../output/text.js';

/** A file that `hookline init` writes. */
export interface StarterFile {
  readonly path: string;
  readonly about: string;
  readonly text: string;
}

/**
 * A configuration, a profile of `check`, and a workflow that runs the check.
 *
 * @param url - where the bot listens
 * @param start - the command that starts it
 */
export function starterFiles(url: string, start: string): readonly StarterFile[] {
  return [
    {
      path: 'hookline.config.mjs',
      about: 'profiles for call, probe, serve and check',
      text: configText(url),
    },
    {
      path: 'hookline.check.json',
      about: 'how check makes your bot act',
      text: CHECK_PROFILE,
    },
    {
      path: '.github/workflows/hookline.yml',
      about: 'the check in GitHub Actions',
      text: workflowText(start),
    },
  ];
}

const configText = (
  url: string,
) => `// hookline config show tells what this comes to. Flags and the environment go before it.

/** @type {import('hookline').HooklineConfig} */
export default {
  profiles: {
    local: {
      url: ${JSON.stringify(url)},
      check: 'hookline.check.json',
      // Keep secrets out of this file: HOOKLINE_API_KEY and HOOKLINE_CLIENT_SECRET, or
      // clientSecretFile: 'secret.txt',
      inputs: {},
    },
  },
};
`;

const CHECK_PROFILE = `${JSON.stringify(
  {
    auth: 'none',
    triggers: {
      speak: { dtmf: '1' },
      complete: { dtmf: '#' },
    },
  },
  null,
  2,
)}
`;

const workflowText = (start: string) => `name: hookline
on: [push, pull_request]
jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-node@v4
        with:
          node-version: 22
      - run: npm ci
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

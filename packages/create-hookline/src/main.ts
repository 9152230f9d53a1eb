import { relative } from 'node:path';
import { parseArgs } from 'node:util';
import { createProject, ENVIRONMENT, ProjectError, TEMPLATES, type Template } from './create-project.js';

const HELP = `npm create hookline@latest [folder] -- [--template NAME]

Writes a voice bot for Genesys Cloud Audio Connector, with its test, scenario, check profile, Dockerfile and CI.

  folder            default my-bot; must be empty or not exist; its name is the name of the package
  --template NAME   ${Object.entries(TEMPLATES)
    .map(([name, about]) => `${name.padEnd(9)} ${about}`)
    .join('\n                    ')}
  --help            this text
`;

/**
 * The command `create-hookline`.
 *
 * @param args - as in `process.argv.slice(2)`
 * @returns the exit code: 0, or 2 when nothing was written
 */
export function main(args: readonly string[]): number {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { template: { type: 'string', short: 't' }, help: { type: 'boolean', short: 'h' } },
    });
    if (values.help === true) {
      process.stdout.write(HELP);
      return 0;
    }
    const [folder = 'my-bot', ...rest] = positionals;
    if (rest.length > 0) {
      throw new ProjectError(
        `There is one folder; got ${positionals.map((text) => `"${text}"`).join(', ')}.`,
      );
    }
    const template = (values.template ?? 'plain') as Template;
    const files = createProject({ folder, template });
    const place = relative(process.cwd(), folder) || '.';
    process.stdout.write(
      `${files.map((file) => `  ${file}`).join('\n')}\n\nNext:\n\n  cd ${place}\n  npm install\n  npm test\n  export ${ENVIRONMENT[template]}\n  npm run check\n`,
    );
    return 0;
  } catch (error) {
    const isUsage =
      error instanceof ProjectError ||
      (error as NodeJS.ErrnoException).code?.startsWith('ERR_PARSE_ARGS') === true;
    if (!isUsage) throw error;
    process.stderr.write(`create-hookline: ${(error as Error).message}\n`);
    if (!(error instanceof ProjectError)) process.stderr.write(`\n${HELP}`);
    return 2;
  }
}

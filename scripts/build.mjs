// Builds packages and apps by name, with their dependencies: `node scripts/build.mjs ivr-bot`.
import { turbo } from './turbo.mjs';

turbo('build:js', ...process.argv.slice(2).map((name) => `--filter=${name}...`));

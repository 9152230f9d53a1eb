// Builds the packages and apps that are named, with all that they need: `node scripts/build.mjs ivr-bot`.
import { turbo } from './turbo.mjs';

turbo('build:js', ...process.argv.slice(2).map((name) => `--filter=${name}...`));

export type { CliContext } from './context.js';
export { main } from './main.js';
export { runCommand } from './program.js';

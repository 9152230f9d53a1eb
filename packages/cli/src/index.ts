export { main } from './main.js';
export { runCommand } from './program.js';
export type { Run } from './run.js';

export type { Clock } from '@hookline/runtime';
export { defineConfig, type HooklineConfig, type ProfileConfig } from './config/config.js';
export type { CliContext } from './context.js';
export { main } from './main.js';
export { runCommand } from './program.js';

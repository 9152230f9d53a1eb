import type { Verb } from '../context.js';

/** A verb in the list of `hookline --help`, which does not load its module. */
export interface VerbEntry {
  readonly name: string;
  /** The arguments as the help prints them; empty for none. */
  readonly args: string;
  readonly description: string;
  load(): Promise<Verb>;
}

/** All verbs, in the order of the help. Only the requested one is loaded. */
export const VERBS: readonly VerbEntry[] = [
  {
    name: 'demo',
    args: '',
    description: 'make a call between a reference bot and a caller, in one process',
    load: async () => (await import('./demo.js')).demoVerb,
  },
  {
    name: 'init',
    args: '',
    description: 'write a configuration, a check profile and a GitHub Actions workflow',
    load: async () => (await import('./init.js')).initVerb,
  },
  {
    name: 'call',
    args: '[url]',
    description: 'make a call',
    load: async () => (await import('./call.js')).callVerb,
  },
  {
    name: 'serve',
    args: '[preset]',
    description: 'serve a reference bot, or a faulty one, at /PRESET',
    load: async () => (await import('./serve.js')).serveVerb,
  },
  {
    name: 'load',
    args: '[url]',
    description: 'load test: make many calls at once and report the times',
    load: async () => (await import('./load.js')).loadVerb,
  },
  {
    name: 'check',
    args: '[url]',
    description: 'check a bot in any language against the rules of the protocol',
    load: async () => (await import('./check.js')).checkVerb,
  },
  {
    name: 'run',
    args: '[file...]',
    description: 'make the calls described in scenario files, with expectations',
    load: async () => (await import('./run.js')).runVerb,
  },
  {
    name: 'probe',
    args: '[url]',
    description: 'make the connection probe of the activation of an integration',
    load: async () => (await import('./probe.js')).probeVerb,
  },
  {
    name: 'studio',
    args: '[url|trace]',
    description: 'make and inspect calls in a browser',
    load: async () => (await import('./studio.js')).studioVerb,
  },
  {
    name: 'record',
    args: '',
    description: 'forward calls to a bot unchanged and store a trace of each',
    load: async () => (await import('./record.js')).recordVerb,
  },
  {
    name: 'replay',
    args: '<trace>',
    description: 'repeat the caller of a recorded call and report how the bot behaves differently',
    load: async () => (await import('./replay.js')).replayVerb,
  },
  {
    name: 'show',
    args: '<trace>',
    description: 'print a stored call: ladder, summary and broken rules',
    load: async () => (await import('./show.js')).showVerb,
  },
  {
    name: 'inspect',
    args: '<trace>',
    description: 'print a whole trace as text, JSON or Markdown, or compare two',
    load: async () => (await import('./inspect.js')).inspectVerb,
  },
  {
    name: 'calibrate',
    args: '<trace...>',
    description: 'report which rules recorded calls of Genesys Cloud confirm or refute',
    load: async () => (await import('./calibrate.js')).calibrateVerb,
  },
  {
    name: 'explain',
    args: '<rule>',
    description: 'explain a rule of the protocol, an error code or a cause',
    load: async () => (await import('./explain.js')).explainVerb,
  },
  {
    name: 'sign',
    args: '<url>',
    description: 'print the headers of a signed handshake, or verify a signature',
    load: async () => (await import('./sign.js')).signVerb,
  },
  {
    name: 'schema',
    args: '[type]',
    description: 'print the JSON Schema (2020-12) of a message',
    load: async () => (await import('./schema.js')).schemaVerb,
  },
  {
    name: 'config',
    args: '[action]',
    description: 'print the effective values of a profile and their sources',
    load: async () => (await import('./config.js')).configVerb,
  },
  {
    name: 'completion',
    args: '<shell>',
    description: 'print the completion script for bash, zsh or fish',
    load: async () => (await import('./completion.js')).completionVerb(VERBS),
  },
];

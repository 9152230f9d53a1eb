import type { Verb } from '../context.js';

/** A verb before its module is loaded: what the help of the whole command tells of it. */
export interface VerbEntry {
  readonly name: string;
  /** As the help writes its arguments; empty for none. */
  readonly args: string;
  readonly about: string;
  load(): Promise<Verb>;
}

/** Every verb, in the order of the help. Only the one that is called is loaded: the help of the command loads none. */
export const VERBS: readonly VerbEntry[] = [
  {
    name: 'demo',
    args: '',
    about: 'a bot and a caller in one process: the product in ten seconds',
    load: async () => (await import('./demo.js')).demoVerb,
  },
  {
    name: 'init',
    args: '',
    about: 'write a configuration, a profile for check, and a workflow for CI',
    load: async () => (await import('./init.js')).initVerb,
  },
  {
    name: 'call',
    args: '[url]',
    about: 'make one call',
    load: async () => (await import('./call.js')).callVerb,
  },
  {
    name: 'serve',
    args: '[preset]',
    about: 'serve a reference bot, or a faulty one, at /PRESET',
    load: async () => (await import('./serve.js')).serveVerb,
  },
  {
    name: 'load',
    args: '[url]',
    about: 'make many calls at once, and tell how the bot does',
    load: async () => (await import('./load.js')).loadVerb,
  },
  {
    name: 'check',
    args: '[url]',
    about: 'check whether a bot in any language keeps the rules of the protocol',
    load: async () => (await import('./check.js')).checkVerb,
  },
  {
    name: 'run',
    args: '[file...]',
    about: 'make the calls that scenario files tell, and see whether the bot does what it must',
    load: async () => (await import('./run.js')).runVerb,
  },
  {
    name: 'probe',
    args: '[url]',
    about: 'do what Genesys Cloud does when the integration is activated',
    load: async () => (await import('./probe.js')).probeVerb,
  },
  {
    name: 'studio',
    args: '[url|trace]',
    about: 'a page in the browser: call by microphone or WAV, hear the bot, see all of it, open traces',
    load: async () => (await import('./studio.js')).studioVerb,
  },
  {
    name: 'record',
    args: '',
    about: 'pass calls on to a bot unchanged, and keep a trace of each',
    load: async () => (await import('./record.js')).recordVerb,
  },
  {
    name: 'replay',
    args: '<trace>',
    about: 'play the caller of a recorded call against a server, and tell what its bot does differently',
    load: async () => (await import('./replay.js')).replayVerb,
  },
  {
    name: 'show',
    args: '<trace>',
    about: 'show a kept call: ladder, summary, and the rules that were broken',
    load: async () => (await import('./show.js')).showVerb,
  },
  {
    name: 'inspect',
    args: '<trace>',
    about: 'all of a trace: every row, filtered, followed, as JSON or Markdown; two compared',
    load: async () => (await import('./inspect.js')).inspectVerb,
  },
  {
    name: 'calibrate',
    args: '<trace...>',
    about: 'tell which rules recorded real calls confirm or refute',
    load: async () => (await import('./calibrate.js')).calibrateVerb,
  },
  {
    name: 'explain',
    args: '<rule>',
    about: 'explain a rule of the protocol, or the cause of a failed call',
    load: async () => (await import('./explain.js')).explainVerb,
  },
  {
    name: 'sign',
    args: '<url>',
    about: 'print the headers of a signed handshake and what was signed, or check a signature',
    load: async () => (await import('./sign.js')).signVerb,
  },
  {
    name: 'schema',
    args: '[type]',
    about: 'print the JSON Schema (2020-12) of a message',
    load: async () => (await import('./schema.js')).schemaVerb,
  },
  {
    name: 'config',
    args: '[action]',
    about: 'show what a profile comes to, and where each value comes from',
    load: async () => (await import('./config.js')).configVerb,
  },
  {
    name: 'completion',
    args: '<shell>',
    about: 'print the completion of bash, zsh or fish',
    load: async () => (await import('./completion.js')).completionVerb(VERBS),
  },
];

export {
  type ScriptedLink,
  type ScriptedOptions,
  type ScriptedService,
  scripted,
} from './scripted.js';

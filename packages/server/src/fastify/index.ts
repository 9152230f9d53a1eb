export { type FastifyBotOptions, fastifyBot } from './plugin.js';

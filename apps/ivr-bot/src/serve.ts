import { createIvrBot } from './bot.js';

const { API_KEY = 'ivr', CLIENT_SECRET = null, PORT = '8080', HOST = '127.0.0.1' } = process.env;
const { url } = await createIvrBot({ [API_KEY]: CLIENT_SECRET }).listen(Number(PORT), { host: HOST });
console.log(`The IVR bot listens at ${url}`);

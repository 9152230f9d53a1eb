import { createIvrBot } from './bot.js';

const { API_KEY, CLIENT_SECRET = null, PORT, HOST } = process.env;
// `||`: a variable without a value counts as not set. But an empty secret is refused: without one every call is accepted.
const { url } = await createIvrBot({ [API_KEY || 'ivr']: CLIENT_SECRET }).listen(Number(PORT || 8080), {
  host: HOST || '127.0.0.1',
});
console.log(`The IVR bot listens at ${url}`);

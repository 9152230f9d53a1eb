/** @type {import('hookline').HooklineConfig} */
export default {
  profiles: {
    // HOOKLINE_API_KEY and HOOKLINE_CLIENT_SECRET hold the credentials.
    local: { url: 'ws://localhost:8080/{{name}}', check: 'hookline.check.json' },
  },
};

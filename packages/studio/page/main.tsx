import './style/tokens.css';
import './style/controls.css';
import './style/page.css';
import './style/call.css';
import './style/log.css';
import './style/views.css';
import { render } from 'preact';
import { App } from './app.js';
import { readLaunch } from './bridge/launch.js';
import { Studio } from './state/studio.js';

// Opening another URL of the command in this tab changes only the fragment, which does not reload the page by itself.
addEventListener('hashchange', () => location.hash !== '' && location.reload());

const app = document.getElementById('app');
if (app) render(<App studio={new Studio(readLaunch())} />, app);

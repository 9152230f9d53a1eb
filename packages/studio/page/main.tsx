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

// An address of the command that is opened in the tab of this page changes no more than what stands behind the #.
addEventListener('hashchange', () => location.hash !== '' && location.reload());

const app = document.getElementById('app');
if (app) render(<App studio={new Studio(readLaunch())} />, app);

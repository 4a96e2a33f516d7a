/** Entry point of all webviews: builds the view that the page asks for, and listens. */

import './style.css';
import { App } from './app';
import { buildOverview } from './overview';
import { buildPanel } from './panel';
import { receive } from './receive';
import { ResultsPage } from './results/page';
import { registerToolkit } from './toolkit';
import { openDoor } from './vscode';

function start(): void {
  if (document.body.dataset['view'] === 'results') return new ResultsPage(openDoor()).start();
  registerToolkit();
  const app = new App(openDoor());
  const view = document.body.dataset['view'] === 'overview' ? 'overview' : 'panel';
  const { notice, receiver } = view === 'panel' ? buildPanel(app) : buildOverview(app);
  addEventListener('message', (e: MessageEvent<unknown>) => receive(app, notice, receiver, e.data));
  app.send({ type: 'ready', view });
  app.touch('session');
}

start();

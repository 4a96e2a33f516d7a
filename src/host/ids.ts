/** Every id that package.json and the host share; test/host/manifest.test.ts checks that the two agree. */

export const Command = {
  runDefault: 'kmigrated.runDefault',
  openScenario: 'kmigrated.openScenario',
  newScenarioFromMachine: 'kmigrated.newScenarioFromMachine',
  configureNodes: 'kmigrated.configureNodes',
  configureWorkload: 'kmigrated.configureWorkload',
  run: 'kmigrated.run',
  pause: 'kmigrated.pause',
  runOrPause: 'kmigrated.runOrPause',
  step: 'kmigrated.step',
  stepPoint: 'kmigrated.stepPoint',
  stepPfn: 'kmigrated.stepPfn',
  stepBatch: 'kmigrated.stepBatch',
  stepPass: 'kmigrated.stepPass',
  stepAgain: 'kmigrated.stepAgain',
  reset: 'kmigrated.reset',
  setSpeed: 'kmigrated.setSpeed',
  slower: 'kmigrated.slower',
  faster: 'kmigrated.faster',
  openExplorer: 'kmigrated.openExplorer',
  openSource: 'kmigrated.openSource',
  showLog: 'kmigrated.showLog',
  copyReproduction: 'kmigrated.copyReproduction',
  goToPfn: 'kmigrated.goToPfn',
  showModelled: 'kmigrated.showModelled',
  chooseMigrator: 'kmigrated.chooseMigrator',
  toggleCompare: 'kmigrated.toggleCompare',
  askQuestion: 'kmigrated.askQuestion',
  compareDesigns: 'kmigrated.compareDesigns',
  cancelCompare: 'kmigrated.cancelCompare',
  showResults: 'kmigrated.showResults',
  showCosts: 'kmigrated.showCosts',
  openWalkthrough: 'kmigrated.openWalkthrough',
  openPatches: 'kmigrated.openPatches',
  downloadPatches: 'kmigrated.downloadPatches',
  runScenarioFile: 'kmigrated.runScenarioFile',
  /** Not in the palette: the target of CodeLenses, tree items and log links. */
  show: 'kmigrated.show',
  revealPoint: 'kmigrated.revealPoint',
  openRun: 'kmigrated.openRun',
} as const;

export const View = {
  container: 'kmigrated',
  welcome: 'kmigrated.welcome',
  machine: 'kmigrated.machine',
  overview: 'kmigrated.overview',
  patchset: 'kmigrated.patchset',
} as const;

export const PANEL_TYPE = 'kmigrated.explorer';
/** Custom editor of files of mails, under "Open With..." only. */
export const PATCHES_TYPE = 'kmigrated.patches.file';
export const RESULTS_TYPE = 'kmigrated.results';
export const WALKTHROUGH = 'kmigrated.kmigrated-explorer#kmigrated.firstRun';

export const ContextKey = {
  session: 'kmigrated.session',
  running: 'kmigrated.running',
  paused: 'kmigrated.paused',
  /** Programs run in the open world: who migrates is a choice. */
  programs: 'kmigrated.programs',
  /** A patch series is open. */
  patches: 'kmigrated.patches',
} as const;

/** Read-only virtual documents: the outline of mm/kmigrated.c, texts such as the log, and files of an opened patch series. */
export const Scheme = {
  outline: 'kmigrated-outline',
  text: 'kmigrated-text',
  patch: 'kmigrated-patch',
} as const;

export const SCENARIO_SUFFIX = '.kmigrated.json';
export const SCENARIO_GLOB = '**/*.kmigrated.json';

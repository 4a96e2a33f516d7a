// Injected into web tests: npm's assert and util look at a global `process`, which a worker has not.
export { default as process } from 'process/browser.js';

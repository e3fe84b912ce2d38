/** A backend on `navigator.gpu`. */
export { createBackend as openBackend } from '../../src/browser.ts';

// The suite in a page. `scripts/implementations/browser.mjs` opens it and waits for what it returns.

import * as gradfold from 'gradfold';
import * as check from 'gradfold/check';
import * as reference from 'gradfold/reference';
import { runSuite } from './suite.mjs';

Object.assign(globalThis, {
  async suite() {
    const backend = await gradfold.createBackend();
    const facts = await runSuite({ gradfold, check, reference }, backend);
    await backend.dispose();
    return facts;
  },
});

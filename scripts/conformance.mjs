import { buildIfStale } from './build-if-stale.mjs';

buildIfStale();
await import('../dist/apps/conformance/src/main.js');

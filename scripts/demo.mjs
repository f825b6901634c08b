import { buildIfStale } from './build-if-stale.mjs';

buildIfStale();
await import('../dist/apps/demo/src/main.js');

// Runs the embedded event store as a program of its own. See --help.
import { buildIfStale } from './build-if-stale.mjs';

buildIfStale();
// In this very process, so that signals and the terminal reach it without a go-between.
await import('../dist/libs/embedded-store/src/program/main.js');

// The event store as a program of its own: node program-process.mjs ARGUMENTS
await import('../../../dist/libs/embedded-store/src/program/main.js');

import { startEmbeddedEventStore } from '../../../dist/libs/embedded-store/src/index.js';

// A server in a process of its own, so that a test can kill it: node writer-process.mjs DATABASE_URL PORT
const [, , databaseUrl, port] = process.argv;
const server = await startEmbeddedEventStore({ databaseUrl, port: Number(port) });
process.stdout.write(`${server.port}\n`);

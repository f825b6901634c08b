import { rm } from 'node:fs/promises';

export default async function stopPostgres() {
  const started = globalThis.__testPostgres;
  if (started === undefined) return;
  await started.postgres.stop();
  await rm(started.dataDir, { recursive: true, force: true });
}

import { createHash } from 'node:crypto';

const idLengthMax = 128;
const hashLength = 8;

/** Our id for a model that is only known by a reference: `Northwind/Aurora 70B` → `northwind-aurora-70b`. */
export function modelIdOf(ref: string): string {
  const slug = ref
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/\p{Mark}+/gu, '')
    .replaceAll(/[^a-z0-9._]+/g, '-')
    .replaceAll(/^[-._]+|-+$/g, '')
    .slice(0, idLengthMax);
  return slug === '' ? `model-${hashOf(ref)}` : slug;
}

/** The id to take where another model has the plain one. Deterministic, so that trying again finds the same model. */
export function distinctModelId(owner: {
  readonly providerId: string;
  readonly system: string;
  readonly ref: string;
}): string {
  const hash = hashOf(JSON.stringify([owner.providerId, owner.system, owner.ref]));
  return `${modelIdOf(owner.ref).slice(0, idLengthMax - hashLength - 1)}-${hash}`;
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, hashLength);
}

import { readFile } from 'node:fs/promises';
import type { User } from './access.js';

const example = '[{ "name": "admin", "password": "…", "isAdmin": true }]';

/**
 * Reads a file of users: a JSON list of `{ "name", "password", "isAdmin" }`.
 * @throws Error that says what is wrong with it
 */
export async function readUsersFile(path: string): Promise<readonly User[]> {
  const text = await readFile(path, 'utf8');
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw new Error(`${path} is not JSON; expected something like ${example}`, { cause });
  }
  if (!Array.isArray(parsed) || parsed.length === 0) {
    throw new Error(`${path} holds no list of users; expected something like ${example}`);
  }
  const users = parsed.map((entry: unknown, index) => readUser(entry, `${path}, user ${index + 1}`));
  const names = new Set(users.map(({ name }) => name));
  if (names.size < users.length) throw new Error(`${path} holds a user twice`);
  return users;
}

function readUser(entry: unknown, where: string): User {
  const fields: Readonly<Record<string, unknown>> = typeof entry === 'object' && entry !== null ? { ...entry } : {};
  const { name, password, isAdmin = false, ...others } = fields;
  if (typeof name !== 'string' || name === '' || name.includes(':')) {
    throw new Error(`${where}: "name" must be a text that is not empty and holds no colon`);
  }
  if (typeof password !== 'string' || password === '') {
    throw new Error(`${where}: "password" must be a text that is not empty`);
  }
  if (typeof isAdmin !== 'boolean') throw new Error(`${where}: "isAdmin" must be true or false`);
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw new Error(`${where}: "${unknown}" is not known; expected ${example}`);
  return { name, password, isAdmin };
}

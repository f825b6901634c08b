import {
  type DeadlineVector,
  deadlineVectorSchema,
  readDeadlineVectors,
  readScenarios,
  type Scenario,
  scenarioSchema,
} from '#libs/domain';
import { readFileSync } from 'node:fs';

/** The cases of one file. */
export type Suite = { readonly file: string } & (
  | { readonly schema: typeof scenarioSchema; readonly cases: readonly Scenario[] }
  | { readonly schema: typeof deadlineVectorSchema; readonly cases: readonly DeadlineVector[] }
);

/** A file that is no suite; the message names the file and what is wrong with it. */
export class UnreadableSuite extends Error {
  override readonly name = 'UnreadableSuite';
  constructor(file: string, reason: string) {
    super(`${file}: ${reason}`);
  }
}

/** @throws UnreadableSuite when the file is missing, is not JSON or has neither format */
export function readSuite(file: string): Suite {
  const document = parseJson(file);
  const schema: unknown = typeof document === 'object' && document !== null && 'schema' in document && document.schema;
  try {
    if (schema === scenarioSchema) return { file, schema: scenarioSchema, cases: readScenarios(document) };
    if (schema === deadlineVectorSchema) {
      return { file, schema: deadlineVectorSchema, cases: readDeadlineVectors(document) };
    }
  } catch (error) {
    if (error instanceof RangeError) throw new UnreadableSuite(file, error.message);
    throw error;
  }
  const found = schema === false ? 'no member "schema"' : JSON.stringify(schema);
  throw new UnreadableSuite(
    file,
    `expected "schema" to be "${scenarioSchema}" or "${deadlineVectorSchema}"; found ${found}`,
  );
}

function parseJson(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new UnreadableSuite(file, code === 'ENOENT' ? 'there is no such file' : message);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UnreadableSuite(file, `it is not JSON: ${(error as Error).message}`);
  }
}

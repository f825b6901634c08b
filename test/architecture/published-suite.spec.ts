import { Ajv2020 } from 'ajv/dist/2020.js';
import { readFileSync } from 'node:fs';

const read = (name: string): Record<string, unknown> =>
  JSON.parse(readFileSync(`docs/conformance/${name}.json`, 'utf8')) as Record<string, unknown>;

const formats = [
  ['scenarios.schema', 'scenarios', ['scenarios', 'own-scenarios']],
  ['deadline-vectors.schema', 'vectors', ['deadline-vectors', 'own-deadline-vectors']],
] as const;

describe.each(formats)('%s', (schema, list, files) => {
  const validate = new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true, allErrors: true }).compile(
    read(schema),
  );
  const errorsOf = (document: unknown) =>
    validate(document) ? [] : (validate.errors ?? []).map(({ message }) => message);

  it.each(files)('describes %s.json', (file) => {
    expect(errorsOf(read(file))).toEqual([]);
  });

  it('refuses a misspelt expectation', () => {
    const document = read(files[0]);
    const [first] = document[list] as [Record<string, unknown>];
    expect(errorsOf({ ...document, [list]: [{ ...first, expected: { dedline: 1 } }] })).toEqual([
      'must NOT have additional properties',
    ]);
    expect(errorsOf({ ...document, [list]: [{ ...first, expected: {} }] })).toHaveLength(1);
    expect(errorsOf({ ...document, schema: 'other/1' })).toHaveLength(1);
  });
});

it('every case of the suite has an id of its own', () => {
  const ids = formats.flatMap(([, list, files]) =>
    files.flatMap((file) => (read(file)[list] as { id: string }[]).map(({ id }) => id)),
  );
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
});

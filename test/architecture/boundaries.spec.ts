import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const root = process.cwd();
const index = {
  'libs/domain/src/index.ts': '',
  'libs/event-store/src/index.ts': '',
  'libs/embedded-store/src/index.ts': '',
};

/** For each rule the smallest tree that breaks it: path → content. */
const violations: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'no-cycles': {
    'libs/domain/src/a.ts': "import { b } from './b.js'; export const a = b;",
    'libs/domain/src/b.ts': "import { a } from './a.js'; export const b = a;",
  },
  'domain-is-pure': {
    'libs/domain/src/a.ts': "import { readFileSync } from 'node:fs'; export const a = readFileSync;",
  },
  'libs-never-import-apps': {
    'libs/projections/src/a.ts': "import { b } from '../../../apps/tracker/src/b.js'; export const a = b;",
    'apps/tracker/src/b.ts': 'export const b = 1;',
  },
  'apps-never-import-tests': {
    'apps/tracker/src/a.ts': "import { b } from '../../../test/support/b.js'; export const a = b;",
    'test/support/b.ts': 'export const b = 1;',
  },
  'through-the-index': {
    'apps/tracker/src/a.ts': "import { b } from '../../../libs/domain/src/b.js'; export const a = b;",
    'libs/domain/src/b.ts': 'export const b = 1;',
  },
  'event-store-knows-only-domain': {
    'libs/event-store/src/a.ts': "import { b } from '#libs/projections'; export const a = b;",
    'libs/projections/src/index.ts': 'export const b = 1;',
  },
  'projections-and-reminders-know-domain-and-event-store': {
    'libs/reminders/src/a.ts': "import { b } from '#libs/projections'; export const a = b;",
    'libs/projections/src/index.ts': 'export const b = 1;',
  },
  'embedded-store-stands-alone': {
    'libs/embedded-store/src/a.ts': "import { b } from '#libs/domain'; export const a = b;",
    'libs/domain/src/index.ts': 'export const b = 1;',
  },
  'only-the-starter-knows-embedded-store': {
    'apps/tracker/src/recording/a.ts': "import { b } from '#libs/embedded-store'; export const a = b;",
    'libs/embedded-store/src/index.ts': 'export const b = 1;',
  },
  'nest-stays-in-the-app': {
    'libs/projections/src/a.ts': "import { Module } from '@nestjs/common'; export const a = Module;",
  },
};

describe('the arrows of the architecture', () => {
  it('have a tree that breaks each of them', async () => {
    const { default: configuration } = (await import(join(root, '.dependency-cruiser.mjs'))) as {
      default: { forbidden: { name: string }[] };
    };
    expect(Object.keys(violations).sort()).toEqual(configuration.forbidden.map(({ name }) => name).sort());
  });

  it.each(Object.keys(violations))('%s is enforced', async (rule) => {
    const found = await violatedRules(violations[rule] ?? {});
    expect(found).toContain(rule);
  });
});

async function violatedRules(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const tree = await mkdtemp(join(tmpdir(), 'boundaries-'));
  try {
    for (const file of ['.dependency-cruiser.mjs', 'package.json', 'tsconfig.json']) {
      await copyFile(join(root, file), join(tree, file));
    }
    await symlink(join(root, 'node_modules'), join(tree, 'node_modules'));
    for (const [path, content] of Object.entries({ ...index, ...files })) {
      await mkdir(dirname(join(tree, path)), { recursive: true });
      await writeFile(join(tree, path), content);
    }
    return rulesIn(await cruise(tree));
  } finally {
    await rm(tree, { recursive: true, force: true });
  }
}

async function cruise(tree: string): Promise<string> {
  const command = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const options = ['--config', '.dependency-cruiser.mjs', '--output-type', 'json', 'apps', 'libs', 'test'];
  for (const folder of ['apps', 'libs', 'test']) await mkdir(join(tree, folder), { recursive: true });
  try {
    return (await promisify(execFile)(process.execPath, [command, ...options], { cwd: tree, maxBuffer: 1 << 26 }))
      .stdout;
  } catch (error) {
    // A violation ends the program with a code above 0; its report is still what it printed.
    return (error as { stdout: string }).stdout;
  }
}

function rulesIn(report: string): readonly string[] {
  const { summary } = JSON.parse(report) as { summary: { violations: { rule: { name: string } }[] } };
  return summary.violations.map(({ rule }) => rule.name);
}

import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { pureFunctions } from './examinee.js';
import { caseInWords, reportInJson, totalsInWords, totalsOf } from './report.js';
import { runSuites } from './run.js';
import { readSuite, UnreadableSuite } from './suite.js';
import { connectTracker, UnusableTracker } from './tracker.js';

const usage = `npm run conformance -- [options] [FILE…]

Runs cases of the formats gpai-scenarios/2 and deadline-vectors/1 and compares what is answered with what
they expect: against the pure functions, or against a running tracker. Without FILE it runs the suite that
is published in docs/conformance. A line a case, at the end how many passed and failed.

  --url URL      send the cases to the tracker at URL, over HTTP only
  --token TOKEN  its access token, with the scopes facts:write and read; or set TRACKER_TOKEN
  --exclusive    the tracker is there for this run alone: also run the cases that amend the law, which needs the
                 scope admin and changes for good what that tracker answers
  --json         one JSON document instead of lines
  --help         this text

The facts are recorded under ids that no other run has, so that a tracker may be used again and in company.

Exit code 0: all that were run passed, and at least one was. 1: at least one failed, or none was run.
2: the cases could not be run (arguments, files, tracker).
`;

const publishedSuite = ['scenarios', 'deadline-vectors', 'own-scenarios', 'own-deadline-vectors'];
const root = join(import.meta.dirname, '../../../..');

class WrongArguments extends Error {}

async function main(): Promise<number> {
  const options = readOptions();
  if (options.help) {
    process.stdout.write(usage);
    return 0;
  }
  const suites = options.files.map(readSuite);
  const { url, token = '', exclusive } = options;
  const examinee = url === undefined ? pureFunctions : await connectTracker({ url, token, exclusive });
  const results = await runSuites(suites, examinee, (result) => {
    if (!options.json) print(caseInWords(result));
  });
  const totals = totalsOf(results);
  print(options.json ? reportInJson(results) : totalsInWords(totals));
  return totals.failed === 0 && totals.passed > 0 ? 0 : 1;
}

type Options = {
  readonly files: readonly string[];
  readonly url: string | undefined;
  readonly token: string | undefined;
  readonly exclusive: boolean;
  readonly json: boolean;
  readonly help: boolean;
};

function readOptions(): Options {
  const { values, positionals } = parse();
  const { url, token = process.env['TRACKER_TOKEN'], exclusive = false, json = false, help = false } = values;
  if (url === undefined && values.token !== undefined) throw new WrongArguments('--token needs --url');
  if (url === undefined && exclusive) throw new WrongArguments('--exclusive needs --url');
  if (url !== undefined && !isHttpAddress(url)) {
    throw new WrongArguments(`--url expects an address such as http://localhost:3000; found "${url}"`);
  }
  if (url !== undefined && !token) throw new WrongArguments('--url needs --token (or TRACKER_TOKEN)');
  const published = publishedSuite.map((name) => join(root, 'docs/conformance', `${name}.json`));
  return { files: positionals.length > 0 ? positionals : published, url, token, exclusive, json, help };
}

function parse() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        url: { type: 'string' },
        token: { type: 'string' },
        exclusive: { type: 'boolean' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new WrongArguments((error as Error).message);
  }
}

function isHttpAddress(url: string): boolean {
  return URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    const isForeseen = [UnreadableSuite, WrongArguments, UnusableTracker].some((kind) => error instanceof kind);
    const hint = error instanceof WrongArguments ? '\nSee --help.' : '';
    process.stderr.write(isForeseen ? `${(error as Error).message}${hint}\n` : `${String((error as Error).stack)}\n`);
    process.exitCode = 2;
  },
);

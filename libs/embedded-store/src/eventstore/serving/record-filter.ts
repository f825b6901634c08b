import type { LogRecord } from '../log/record.js';
import type { Streams } from '../protocol/protocol.js';

export type RecordFilter = {
  readonly passes: (record: LogRecord) => boolean;
  /** After so many events considered, matching or not, the subscriber is told how far the log was seen. */
  readonly checkpointInterval: number;
};

/** A long expression costs time for every event of the log. */
const regexCharsMax = 1_000;
const windowDefault = 32;

/** A filter as the client describes it, or what is wrong with it. */
export function readFilter(options: Streams.ReadReq.Options.FilterOptions): RecordFilter | string {
  const window = options.hasMax() ? options.getMax() : windowDefault;
  const multiplier = options.getCheckpointintervalmultiplier();
  if (window < 1) return 'the search window of a filter is at least 1';
  if (multiplier < 1) return 'the checkpoint interval multiplier of a filter is at least 1';
  const onStream = options.getStreamIdentifier();
  const matches = readExpression(onStream ?? options.getEventType());
  if (typeof matches === 'string') return matches;
  return {
    passes: onStream === undefined ? ({ type }) => matches(type) : ({ stream }) => matches(stream),
    checkpointInterval: window * multiplier,
  };
}

function readExpression(
  expression: Streams.ReadReq.Options.FilterOptions.Expression | undefined,
): ((text: string) => boolean) | string {
  const prefixes = expression?.getPrefixList() ?? [];
  if (prefixes.length > 0) return (text) => prefixes.some((prefix) => text.startsWith(prefix));
  const source = expression?.getRegex() ?? '';
  if (source === '') return 'a filter needs prefixes or a regular expression, on stream name or event type';
  if (source.length > regexCharsMax)
    return `the regular expression of a filter has at most ${regexCharsMax} characters`;
  try {
    const regex = new RegExp(source);
    return (text) => regex.test(text);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

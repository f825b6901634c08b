import { ConsoleLogger, type LogLevel as NestLogLevel } from '@nestjs/common';
import { currentCorrelationId } from './correlation.js';
import { logLevels, type LogLevel } from './config.js';

type JsonLogOptions = {
  context: string;
  logLevel: NestLogLevel;
  writeStreamType?: 'stdout' | 'stderr';
  errorStack?: unknown;
  params?: Record<string, unknown>;
  error?: Error;
};

/** One JSON line an event, with the correlation id of the request that it belongs to. */
export class TrackerLogger extends ConsoleLogger {
  constructor(level: LogLevel) {
    super({ json: true, logLevels: levelsUpTo(level), flattenParams: false });
  }

  protected override getJsonLogObject(message: unknown, options: JsonLogOptions) {
    const line = super.getJsonLogObject(message, options);
    const correlationId = currentCorrelationId();
    return correlationId === undefined ? line : Object.assign(line, { correlationId });
  }
}

/** Nest calls the ordinary level `log`; operators know it as `info`. */
function levelsUpTo(level: LogLevel): NestLogLevel[] {
  return logLevels.slice(0, logLevels.indexOf(level) + 1).map((name) => (name === 'info' ? 'log' : name));
}

import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { FactRecorder, type RecordRequest, type RecordResult } from './fact-recorder.js';

export class RecordFacts extends Command<RecordResult> {
  constructor(readonly request: RecordRequest) {
    super();
  }
}

@CommandHandler(RecordFacts)
export class RecordFactsHandler implements ICommandHandler<RecordFacts> {
  constructor(private readonly recorder: FactRecorder) {}

  execute({ request }: RecordFacts): Promise<RecordResult> {
    return this.recorder.record(request);
  }
}

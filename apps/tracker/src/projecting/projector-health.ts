import { Injectable } from '@nestjs/common';
import type { ProjectionsState } from '#libs/projections';

/** How the projector of this process is doing; it is told by the projector itself. */
@Injectable()
export class ProjectorHealth {
  #state: ProjectionsState | undefined;
  #hasEnded = false;

  set state(state: ProjectionsState) {
    this.#state = state;
  }

  /** The run has ended though nobody stopped it. */
  ended(): void {
    this.#hasEnded = true;
  }

  /** False while another process projects, too: then this one stands by. */
  get isRunning(): boolean {
    return !this.#hasEnded && this.#state?.isRunning === true;
  }

  get isCaughtUp(): boolean {
    return this.#state?.isCaughtUp === true;
  }

  /** Position up to which the rows are written. */
  get position(): bigint | undefined {
    return this.#state?.position;
  }

  /** Streams that wait behind an event that could not be projected. */
  get parkedStreams(): number {
    return this.#state?.parkedStreams ?? 0;
  }

  /** Resolves unless the projector has failed and not come back. */
  async check(): Promise<void> {
    if (this.#hasEnded) throw new ProjectorFailed('it has ended');
    if (this.#state?.lastError !== undefined) throw new ProjectorFailed(this.#state.lastError);
  }
}

export class ProjectorFailed extends Error {
  override readonly name = 'ProjectorFailed';
}

import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { IngestModule } from './ingest/ingest.module.js';
import type { ResolvedConfig, Role } from './platform/config.js';
import { type Adapters, PlatformModule } from './platform/platform.module.js';
import { ProjectingModule } from './projecting/projecting.module.js';
import { QueryingModule } from './querying/querying.module.js';
import { RecordingApiModule } from './recording/recording-api.module.js';
import { RemindingModule } from './reminding/reminding.module.js';

const modulesByRole: Readonly<Record<Role, readonly Type[]>> = {
  ingest: [IngestModule],
  api: [RecordingApiModule, QueryingModule],
  projector: [ProjectingModule],
  reminders: [RemindingModule],
};

/** The tracker with the roles that this process has, and the adapters that its ports are bound to. */
@Module({})
export class TrackerModule {
  static forRoles(config: ResolvedConfig, adapters: Adapters): DynamicModule {
    return {
      module: TrackerModule,
      imports: [PlatformModule.with(config, adapters), ...config.roles.flatMap((role) => modulesByRole[role])],
    };
  }
}

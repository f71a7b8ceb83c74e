import { z } from 'zod';
import type { SettingsSchema } from '#core/types.ts';
import { REPOSITORY } from './repository.ts';

/** JSON Schema of `.github/parallel.yml`, for the file that editors read. */
export const repositorySchema = (): SettingsSchema => ({
  ...(z.toJSONSchema(REPOSITORY, { io: 'input' }) as SettingsSchema),
  ...{ title: '.github/parallel.yml: configuration of a repository for Forkjoin' },
});

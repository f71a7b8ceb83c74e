import { doctorVerb } from '../../../src/cli/doctor.ts';

/** The verb alone, as its own program: `node doctor.ts [--json]`. */
await doctorVerb().parseAsync(process.argv);

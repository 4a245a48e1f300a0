import * as z from 'zod';
import { detectionPageSchema } from '../schemas/detection.js';
import { pageArguments } from '../schemas/page.js';
import { defineTool, onlyReads } from '../tool.js';
import { projectArgument } from '../schemas/arguments.js';

const inputSchema = z.strictObject({ project: projectArgument, ...pageArguments });

export default defineTool({
  name: 'detect_orm',
  title: 'Find the migration tools of a project',
  description: `Finds every database migration tool of a repository: Prisma, Drizzle, Alembic, Django, goose, Diesel and Flyway, and recognises their neighbours. \
A monorepo may hold several. For each it tells the id that the other tools take as "stack", the dialect, the folders and the number of migrations, how the \
runner wraps a migration in transactions, the command that starts it, the NAME of the setting with the database address, and the evidence as file and line. \
It also reports defects such as two heads or two migrations of one version, and projects that push a schema without migrations. \
Reads files only; runs nothing and opens no connection.`,
  inputSchema,
  outputSchema: detectionPageSchema,
  annotations: onlyReads,
  async handler(input, context) {
    const folder = await context.chooseProject(input.project);
    const [{ detect }, { detectionPage }] = await Promise.all([
      import('../../operations/detect.js'),
      import('../answer/detection-page.js'),
    ]);
    const { workingFolder, project } = folder;
    const detection = await detect(project === undefined ? {} : { project }, {
      workingFolder,
      signal: context.signal,
      progress: context.progress,
      environment: context.environment,
    });
    return detectionPage(detection, { format: input.response_format, cursor: input.cursor, limit: input.limit });
  },
});

// Runs on the servers of support/servers.
import { alembic, alembicBefore } from '../drivers/alembic.js';
import { conform } from './suite.js';

conform(alembic);
conform(alembicBefore, 'core');
